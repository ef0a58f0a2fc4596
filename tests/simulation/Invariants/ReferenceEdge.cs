using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Simulation.Invariants;

/// <summary>
/// The slow and obvious edge: reads an edge's rounds, knows nothing but what they say, and decides each request again.
/// It shares no rule with the product.
/// </summary>
internal sealed partial class ReferenceEdge(uint edge, Func<uint, Roster?> rosterAt, Action<string> complain)
{
    private readonly SortedDictionary<long, RefLease> leases = [];
    private readonly Dictionary<(ulong Account, int Currency), long> active = [];
    private readonly Dictionary<KeyId, RefDevice> devices = [];
    private readonly List<RefApproval> unacknowledged = [];
    private readonly Dictionary<AccountId, List<(long Minute, long AmountMinor)>> approvals = [];
    private readonly Dictionary<AccountId, (int Count, long SumMinor)> ever = [];
    private readonly Dictionary<PaymentId, RefHold> holds = [];
    private readonly Dictionary<PaymentId, PaymentId> increments = [];
    private readonly Dictionary<PaymentId, RefPaid> paid = [];
    private readonly Dictionary<PaymentId, (bool Approved, long Round)> names = [];
    private readonly Dictionary<uint, List<(long Minute, long AmountMinor)>> refunds = [];
    private readonly Dictionary<KeyId, List<(long Minute, long AmountMinor)>> onFloat = [];
    private readonly HashSet<ulong> timeStopped = [];
    private readonly HashSet<KeyId> denied = [];
    private Roster? roster;
    private Dictionary<KeyId, RosterDevice> enrolled = [];
    private Policy? policy;
    private long elapsed;
    private long contact;
    private bool contactSinceStart;
    private long acked;

    public IReadOnlyDictionary<long, RefLease> Leases => leases;

    public IReadOnlyDictionary<PaymentId, RefHold> Holds => holds;

    public uint DenyVersion { get; private set; }

    public uint PolicyVersion => policy?.Version ?? 0;

    public bool IsFrozen { get; private set; }

    public int Unacknowledged => unacknowledged.Count;

    /// <summary>Takes one decided leaf: decides it again, compares, and applies what the journal says.</summary>
    public void Take(long round, uint unix, PaymentRequest request, Hash digest, Decision decision)
    {
        CheckName(round, request);
        var expected = Decide(request, decision, unix);
        if (expected is { } want && (want.Code != decision.Code || want.AmountMinor != decision.AmountMinor
            || want.Evidence != decision.Evidence || want.Lease != decision.Lease))
            complain($"{NameOf(request, decision, want)}: {request.Operation} {request.Kid}/{request.Sequence} in round"
                + $" {round} was {Text(decision.Code, decision.AmountMinor, decision.Evidence, decision.Lease)}, by the"
                + $" record it is {Text(want.Code, want.AmountMinor, want.Evidence, want.Lease)}");
        var device = Device(request.Kid);
        (device.Epoch, device.Last, device.LastDigest) = (request.Epoch, request.Sequence, digest.High);
        names[PaymentId.Of(request.Name)] = (decision.Approved, round);
        if (decision.Approved) Apply(round, request, decision);
    }

    public void Acknowledge(long round)
    {
        if (round <= acked) return;
        acked = round;
        var gone = 0;
        while (gone < unacknowledged.Count && unacknowledged[gone].Round <= round)
            Device(unacknowledged[gone++].Kid).Settled++;
        unacknowledged.RemoveRange(0, gone);
    }

    public long ExposureMinor()
    {
        var sum = 0L;
        foreach (var approval in unacknowledged) sum += approval.AmountMinor;
        return sum;
    }

    /// <summary>The cloud's order: leases and what hangs on them are gone, names beyond it too.</summary>
    public void Refence(Ack order, long head)
    {
        foreach (var (id, name) in names.ToArray())
            if (name.Round > order.Round) names.Remove(id);
        if (head > order.Round)
            foreach (var device in devices.Values) device.Forgotten = device.Last;
        leases.Clear();
        active.Clear();
        timeStopped.Clear();
        unacknowledged.Clear();
        holds.Clear();
        increments.Clear();
        (acked, IsFrozen) = (order.Round, false);
    }

    private void CheckName(long round, PaymentRequest request)
    {
        if (IsFrozen) complain($"I9: a frozen edge decided {request.Kid}/{request.Sequence} in round {round}");
        if (request.Edge != edge) complain($"S9: edge {edge} decided a request to edge {request.Edge}");
        if (names.ContainsKey(PaymentId.Of(request.Name)))
            complain($"I4: {request.Kid}/{request.Sequence} was decided twice");
        var device = Device(request.Kid);
        var floor = enrolled.TryGetValue(request.Kid, out var known) ? known.SequenceFloor : 0;
        var last = Math.Max(device.Last, floor);
        if (request.Sequence <= last || request.Sequence > last + 65_536)
            complain($"S9: {request.Kid}/{request.Sequence} was decided after {last}");
    }

    private static string NameOf(PaymentRequest request, Decision decision, Expected want)
    {
        if (decision.Approved && want.Code is DecisionCode.DenyListed) return "I11";
        if (request.Operation is Operation.Capture or Operation.Confirm or Operation.Refund or Operation.Void
            && decision.Approved) return "I12";
        return "S9";
    }

    private static string Text(DecisionCode code, long amountMinor, Evidence evidence, long lease) =>
        $"{code} of {amountMinor} from lease {lease}, evidence {(uint)evidence:x8}";

    private RefDevice Device(KeyId kid)
    {
        if (!devices.TryGetValue(kid, out var device)) devices[kid] = device = new();
        return device;
    }

    private static long SumWithin(List<(long Minute, long AmountMinor)>? entries, long elapsed, int minutes)
    {
        var sum = 0L;
        if (entries is null) return 0;
        for (var i = entries.Count - 1; i >= 0 && entries[i].Minute >= (elapsed / 60) - minutes; i--)
            sum += entries[i].AmountMinor;
        return sum;
    }
}
