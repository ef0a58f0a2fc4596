using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;

namespace MqttPay.Simulation;

/// <summary>
/// Devices, edges and a cloud in one thread, driven by one seed through lost and doubled messages, crashes and a link
/// that comes and goes. The edge machine, replay, chain and reconciler are the production ones.
/// </summary>
internal sealed class World
{
    public const int Currency = 978;
    private const long FundMinor = 60_00, LeaseMinor = 25_00;

    private static readonly Policy Policy = new()
    {
        Version = 1,
        Currency = Currency,
        FloorMinor = 1_000_00,
        HardCount = 10_000,
        HardCumulativeMinor = 1_000_00,
        AccountDayMinor = 1_000_00,
    };

    private readonly Draws faults;
    private readonly Draws work;
    private readonly List<SimEdge> edges = [];
    private readonly List<SimDevice> devices = [];
    private readonly Dictionary<SimDevice, SimEdge> homes = [];

    public World(ulong seed)
    {
        var draws = new Draws(seed);
        (faults, work) = (draws.Fork(), draws.Fork());
        for (var edge = 1u; edge <= 2; edge++) AddEdge(edge, 4 + draws.Below(8), draws.Fork());
    }

    public SimCloud Cloud { get; } = new();

    public int Steps { get; private set; }

    public int Faults { get; private set; }

    /// <summary>Broken invariants, in the order in which they were seen.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>64 bits over all that was answered: the same seed gives the same hash anywhere.</summary>
    public ulong Trace { get; private set; } = 14_695_981_039_346_656_037;

    public int Crashes => edges.Sum(edge => edge.Crashes);

    public long Approved => devices.Sum(device => device.Answered.Values.Count(answer => answer.Read.Approved));

    /// <summary>What the edges decided, by code; of the edges' present books.</summary>
    public IEnumerable<string> Decided => edges.Select(edge =>
        $"edge {edge.Id}: " + string.Join(", ", edge.Book.Decided.Select(count => $"{count.Value} {count.Key}"))
        + $"; {edge.Book.Leases.Count} leases, frozen {edge.Book.Frozen}, round {edge.Book.Head}"
        + $", acknowledged {edge.Book.Watermark}");

    /// <summary>Faults on until so many turns passed; then everything heals and must converge.</summary>
    public void Run(int turns)
    {
        for (var turn = 0; turn < turns; turn++)
        {
            foreach (var edge in edges) Turn(edge);
            Check();
        }

        for (var turn = 0; turn < 12; turn++) foreach (var edge in edges) Heal(edge);
        Check();
        Audit();
    }

    private void AddEdge(uint id, int count, Draws draws)
    {
        var own = Enumerable.Range(0, count).Select(i => new SimDevice(
            KeyOf(id, i), new AccountId((id * 1_000) + (ulong)i), id, draws.Fork())).ToArray();
        foreach (var device in own) Cloud.Fund(device, FundMinor);
        devices.AddRange(own);
        var edge = new SimEdge(id, new Roster(1, id, 7, [7], [.. own.Select(device => device.Enrolled)]), Policy);
        foreach (var device in own) homes[device] = edge;
        edges.Add(edge);
    }

    private void Turn(SimEdge edge)
    {
        Steps++;
        edge.Tick(work.Below(30));
        foreach (var device in homes.Where(home => home.Value == edge).Select(home => home.Key))
        {
            if (!work.Percent(60)) continue;
            var request = device.Ask();
            if (Fault(10)) continue;                                       // The request is lost.
            edge.Bring(new Input.Arrived(request));
            if (Fault(10)) edge.Bring(new Input.Arrived(device.Ask()));    // It comes twice.
            if (work.Percent(50)) edge.Sync();
        }

        if (Fault(4)) edge.Crash(firstSurvives: faults.Percent(50));
        if (work.Percent(80)) edge.SyncAll();
        Deliver(edge, lossPercent: 15);
        if (!Fault(50)) SyncWithCloud(edge, lossPercent: 30);              // Half of the time the link is down.
    }

    private void Heal(SimEdge edge)
    {
        edge.SyncAll();
        foreach (var device in homes.Where(home => home.Value == edge).Select(home => home.Key))
            if (device.Open is not null) edge.Bring(new Input.Arrived(device.Ask()));
        edge.SyncAll();
        Deliver(edge, lossPercent: 0);
        SyncWithCloud(edge, lossPercent: 0);
    }

    private void Deliver(SimEdge edge, int lossPercent)
    {
        foreach (var (request, decision) in edge.Replies)
        {
            if (Fault(lossPercent)) continue;
            var device = (SimDevice)request.Token!;
            if (device.Take(request.Request, decision) is { } complaint) Violations.Add(complaint);
            foreach (var part in decision) Trace = unchecked((Trace ^ part) * 1_099_511_628_211);
        }

        edge.Replies.Clear();
    }

    /// <summary>As the agent does: leases first, then what is sealed, oldest first, until the link fails.</summary>
    private void SyncWithCloud(SimEdge edge, int lossPercent)
    {
        FetchLeases(edge, lossPercent);
        edge.Bring(new Input.SealWanted(20_000));
        edge.SyncAll();
        foreach (var batch in edge.Book.Batches.Waiting.ToArray())
        {
            if (Fault(lossPercent)) return;                                // The batch is lost,
            var rounds = edge.Durable.Where(round => round.Header.Number >= batch.FirstRound
                && round.Header.Number <= batch.LastRound).ToArray();
            var head = Cloud.Ingest(edge.Id, rounds);
            if (Fault(lossPercent)) return;                                // or its answer.
            edge.Bring(new Input.Acknowledged(new Ack(edge.Id, 1, head, edge.Durable[(int)head - 1].Root)));
        }
    }

    private void FetchLeases(SimEdge edge, int lossPercent)
    {
        if (Fault(lossPercent)) return;                                    // The ask is lost,
        foreach (var purse in LeaseWants.Of(edge.Book, edge.Roster))
            if (purse.Account is { } account) Cloud.Grant(edge.Id, account, LeaseMinor, edge.Book.ElapsedSeconds);
        if (Fault(lossPercent)) return;                                    // or its answer.
        foreach (var grant in Cloud.Offered(edge.Id).ToArray())
            edge.Bring(new Input.Granted(grant, SimCloud.Signed(GrantCodec.Encode(grant)), edge.Book.ElapsedSeconds));
        edge.Bring(new Input.Contacted());
        edge.SyncAll();
    }

    /// <summary>After every turn.</summary>
    private void Check()
    {
        if (Cloud.SumMinor != 0) Violations.Add($"I6: the ledger sums to {Cloud.SumMinor}");
        if (Cloud.LowestPayerMinor < 0) Violations.Add($"I1: a payer stands at {Cloud.LowestPayerMinor}");
        foreach (var lease in edges.SelectMany(edge => edge.Book.Leases.Values))
            if (lease.SpentMinor < 0 || lease.SpentMinor > lease.LimitMinor) Violations.Add($"I2: lease {lease.Id}");
        foreach (var (name, posted) in Cloud.Posted)
            if (posted.Times != 1) Violations.Add($"I5: {name} was posted {posted.Times} times");
    }

    /// <summary>After healing: what devices were told is what the ledger holds.</summary>
    private void Audit()
    {
        foreach (var device in devices)
        {
            if (device.Open is not null) Violations.Add($"S8: {device.Open.Request.Name} has no answer");
            foreach (var (sequence, (_, decision)) in device.Answered)
            {
                var isPosted = Cloud.Posted.ContainsKey((device.Key.Id, sequence));
                if (decision.Approved != isPosted) Violations.Add($"I5: {device.Key.Id}/{sequence} posted {isPosted}");
            }
        }

        if (Cloud.Categories.Keys.Any(category => category is not Settlement.Category.Matched))
            Violations.Add($"I13: unexpected categories {string.Join(", ", Cloud.Categories.Keys)}");
    }

    private bool Fault(int percent)
    {
        if (!faults.Percent(percent)) return false;
        Faults++;
        return true;
    }

    private static PublicKey KeyOf(uint edge, int device)
    {
        var bytes = new byte[64];
        (bytes[0], bytes[1], bytes[2]) = ((byte)edge, (byte)device, 1);
        return new(SignatureAlgorithm.Es256, bytes);
    }
}
