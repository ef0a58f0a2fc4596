using MqttPay.Payments;
using MqttPay.Simulation.Clouds;
using MqttPay.Simulation.Invariants;
using MqttPay.Simulation.Kernel;
using MqttPay.Simulation.Nodes;
using MqttPay.Simulation.Profiles;
using MqttPay.Wire;

namespace MqttPay.Simulation;

/// <summary>
/// Devices, edges and a cloud in one thread and one virtual time, all drawn from one seed. The edge machine, journal,
/// replay, chain and reconciler are the production ones.
/// </summary>
internal sealed partial class World
{
    public const int CloudNode = 1, OperatorNode = 2;
    public const uint SitePayee = 7;

    private readonly List<EdgeNode> edges = [];
    private readonly List<Device> devices = [];
    private readonly Dictionary<uint, (Roster Roster, byte[] Message)> rosters = [];
    private readonly Dictionary<PaymentId, Operation> operations = [];
    private readonly Dictionary<EdgeNode, PayeeDevice> tills = [];
    private int nodes = 10;

    /// <param name="change">Changes what was drawn, for a world about one kind of trouble.</param>
    public World(ulong seed, ProfileName name, int payments = 400, Func<Profile, Profile>? change = null)
    {
        Seed = seed;
        var draws = new Draws(unchecked((seed * 0x9E3779B97F4A7C15) + (ulong)name));
        var (figures, workload, network, planning, cloud) =
            (draws.Fork(), draws.Fork(), draws.Fork(), draws.Fork(), draws.Fork());
        Profile = ProfileDraw.Of(name, figures, payments);
        if (change is not null) Profile = change(Profile);
        Store = new(Agenda, Violations, Profile);
        Watch = new(this);
        Desk = new(this, Store, cloud);
        Planner = new(this, planning);
        Operator = new(this, planning.Fork());
        Store.Publish(Policies.First(Profile, workload.Fork()));
        for (var edge = 1u; edge <= Profile.Edges; edge++) AddEdge(edge, workload.Fork(), network.Fork());
    }

    public ulong Seed { get; }

    public Profile Profile { get; }

    public Agenda Agenda { get; } = new();

    public Trace Trace { get; } = new();

    public FaultLog Faults { get; } = new();

    public Violations Violations { get; } = new();

    public Registry Registry { get; } = new();

    public CloudStore Store { get; }

    public CloudDesk Desk { get; }

    public Watch Watch { get; }

    public Planner Planner { get; }

    public Operator Operator { get; }

    public IReadOnlyList<EdgeNode> Edges => edges;

    public IReadOnlyList<Device> Devices => devices;

    /// <summary>Payments asked so far: names claimed by devices.</summary>
    public int Payments { get; private set; }

    public bool HasEnough => Payments >= Profile.Payments;

    /// <summary>False once everything heals.</summary>
    public bool FaultsOn { get; private set; } = true;

    public long SyncEvery => Profile.Name is ProfileName.LongOffline && FaultsOn
        ? 20 * Time.Minute : 2 * Time.Second;

    /// <summary>The longest that a device waits before it sends again.</summary>
    public long RepeatMax => Profile.Name is ProfileName.LongOffline && FaultsOn ? Time.Hour : Time.Minute;

    /// <summary>How often an edge hears that time passed.</summary>
    public long TimeStep => Profile.Name is ProfileName.LongOffline && FaultsOn
        ? 10 * Time.Minute : 5 * Time.Second;

    /// <summary>Draws always, so that a mask or the healing leaves later draws alone; counts what it grants.</summary>
    public bool Fault(Draws draws, int inTenThousand, FaultKind kind)
    {
        var drawn = draws.Chance(inTenThousand);
        if (!drawn || !FaultsOn) return false;
        Faults.Count(kind);
        return true;
    }

    public void Asked(Device device, Question asked)
    {
        Payments++;
        operations.TryAdd(asked.Id, asked.Request.Operation);
        Trace.Add(unchecked((long)asked.Digest.High));
        Watch.AskedBy(device, asked);
    }

    public Operation OperationOf(PaymentId id) => operations.GetValueOrDefault(id, Operation.Auth);

    /// <summary>A sale is told to the till of its site.</summary>
    public void Till(EdgeNode edge, PaymentId id, long amountMinor) => tills[edge].Sold(id, amountMinor);

    /// <summary>A device learned that its key is in two hands.</summary>
    public void Died(Device device) => Watch.Died(device);

    public byte[]? RosterFor(uint edge, uint known) =>
        rosters[edge].Roster.Version == known ? null : rosters[edge].Message;

    public Roster RosterOf(uint edge) => rosters[edge].Roster;

    /// <summary>The cloud tells an edge that lost part of its history up to where its devices' names go.</summary>
    public void RaiseFloors(EdgeNode edge)
    {
        var old = rosters[edge.Id].Roster;
        List<RosterDevice> enrolled = [];
        foreach (var device in devices)
        {
            if (device.Edge != edge || device is CloneDevice) continue;
            device.Enrolled = device.Enrolled with
            {
                SequenceFloor = Math.Max(device.Enrolled.SequenceFloor, Store.NewestSequence(device.Key.Id)),
            };
            enrolled.Add(device.Enrolled);
        }

        Publish(new(old.Version + 1, edge.Id, old.Payee, old.Payees, enrolled));
    }

    public static PublicKey KeyOf(uint edge, int device)
    {
        var bytes = new byte[64];
        (bytes[0], bytes[1], bytes[2]) = ((byte)edge, (byte)device, 1);
        return new(SignatureAlgorithm.Es256, bytes);
    }

    public static Hash DigestOf(byte[] message)
    {
        Invariant.Holds(RequestCodec.TryParse(message, out var view) is WireError.None);
        return view.Digest(message);
    }

    private void AddEdge(uint id, Draws workload, Draws network)
    {
        var edge = new EdgeNode(this, id, nodes++, network.Fork());
        edges.Add(edge);
        Store.AddEdge(id, SitePayee);
        Watch.Add(edge);
        List<RosterDevice> enrolled = [];
        var payees = 1 + workload.Below(2);
        for (var number = 0; number < Profile.DevicesPerEdge + payees; number++)
        {
            var device = Make(edge, number, number >= Profile.DevicesPerEdge, workload);
            edge.Add(device);
            devices.Add(device);
            enrolled.Add(device.Enrolled);
        }

        Publish(new(1, id, SitePayee, [SitePayee], Profile.OldWire ? Old(enrolled) : enrolled));
        if (Profile.OldWire) UpgradeLater(edge, workload);
        for (var clone = 0; clone < Profile.Clones; clone++)
            devices.Add(Clone(edge, (PayerDevice)devices[devices.Count - enrolled.Count - clone], workload));
    }

    /// <summary>
    /// What a cloud of the version before knows: nobody's payee, no tiers; such devices are 8 items long.
    /// </summary>
    private static List<RosterDevice> Old(List<RosterDevice> enrolled) =>
        enrolled.ConvertAll(static device => device with { Payee = 0, Tier = 0, SequenceFloor = 0 });

    /// <summary>The cloud goes on to the present version while everything runs.</summary>
    private void UpgradeLater(EdgeNode edge, Draws workload)
    {
        var run = (long)Profile.ThinkMs * Time.Millisecond * Profile.Payments / (
            Profile.Edges * Profile.DevicesPerEdge);
        Agenda.In(workload.Between(run / 20, run / 2), OperatorNode, Happening.Plan, () => RaiseFloors(edge));
    }

    private Device Make(EdgeNode edge, int number, bool isPayee, Draws workload)
    {
        var (key, secret) = (KeyOf(edge.Id, number), workload.Bits());
        Registry.Add(key.Id, secret);
        if (isPayee)
        {
            var till = new PayeeDevice(this, key, secret, edge, nodes++, workload.Fork());
            till.Enrolled = Enrol(key, default, PayeeDevice.Mask) with { Payee = SitePayee };
            tills[edge] = till;
            return till;
        }

        // Some accounts have several devices, on several edges; some are not funded well.
        var shared = workload.Percent(25) ? (ulong)workload.Below(3) : 100 + (edge.Id * 1_000ul) + (ulong)number;
        var account = new AccountId(1_000 + shared);
        var device = new PayerDevice(this, key, secret, account, edge, nodes++, workload.Fork());
        var credit = workload.Percent(20) ? 50_00 : 0;
        device.Enrolled = Enrol(key, account, PayerDevice.Mask, credit) with { Tier = workload.Below(3) };
        return device;
    }

    private RosterDevice Enrol(PublicKey key, AccountId account, int mask, long creditMinor = 0)
    {
        Store.Enrol(key.Id, account, mask, Profile.FundMinor, creditMinor, account.Value == 0 ? SitePayee : 0);
        return new(
            key, 1, account.Value == 0 ? [] : [(account, CloudStore.Currency)], mask, RosterDevice.Active, new byte[16],
            new byte[32], []);
    }

    private CloneDevice Clone(EdgeNode edge, PayerDevice original, Draws workload)
    {
        var clone = new CloneDevice(this, original, edge, nodes++, workload.Fork());
        Watch.Cloned(original.Key.Id);
        return clone;
    }

    private void Publish(Roster roster)
    {
        var bytes = RosterCodec.Encode(roster);
        Invariant.Holds(RosterCodec.TryParse(bytes, out var read) is WireError.None);
        rosters[roster.Edge] = (read!, Tags.Document(bytes));
        Watch.Published(roster.Edge, read!);
    }
}
