using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>
/// Everything that an edge knows because its journal says so. Live running and recovery change it through the same
/// <c>Apply</c> methods, so a restart ends in the same state. One loop owns it.
/// </summary>
public sealed partial class EdgeBook(uint edge, uint fence)
{
    private readonly Dictionary<KeyId, DeviceRecord> devices = [];
    private readonly Dictionary<AccountId, AccountRecord> accounts = [];
    private readonly Dictionary<PaymentId, NameRecord> names = [];
    private readonly Dictionary<PaymentId, Hold> holds = [];
    private readonly SortedDictionary<long, Lease> leases = [];
    private readonly Dictionary<Purse, long> activeLeases = [];
    private readonly Dictionary<uint, long> payeeExposure = [];
    private readonly Queue<UnacknowledgedApproval> unacknowledged = [];
    private readonly List<uint> rootStarts = [];
    private readonly HashSet<KeyId> denied = [];
    private readonly SortedSet<long> touched = [];
    private long firstRoundHeld = 1;

    public uint Edge { get; } = edge;

    public uint Fence { get; } = fence;

    public uint Incarnation { get; private set; }

    /// <summary>The newest closed round; 0 before the first.</summary>
    public long Head { get; private set; }

    public Hash HeadRoot { get; private set; }

    /// <summary>What the clock said when the newest round was opened, Unix seconds.</summary>
    public uint Unix { get; private set; }

    public long ElapsedSeconds { get; private set; }

    /// <summary>Elapsed time when the cloud last answered.</summary>
    public long ContactSeconds { get; private set; }

    public bool ContactSinceStart { get; private set; }

    public Policy? Policy { get; private set; }

    public uint DenyVersion { get; private set; }

    public FreezeCause Frozen { get; private set; }

    public RoundEvent.Start? LastStart { get; private set; }

    public RoundEvent.Clock? LastClock { get; private set; }

    /// <summary>The last round that the cloud acknowledged.</summary>
    public long Watermark { get; private set; }

    public long EdgeExposureMinor { get; private set; }

    public BatchCutter Batches { get; } = new();

    public IReadOnlyDictionary<long, Lease> Leases => leases;

    /// <summary>Leases that moved since the last SEAL and are not closed.</summary>
    public IEnumerable<Lease> LeasesTouched => touched.Where(leases.ContainsKey).Select(id => leases[id]);

    public IReadOnlyDictionary<PaymentId, Hold> Holds => holds;

    public int OpenHolds { get; private set; }

    public int UnacknowledgedApprovals => unacknowledged.Count;

    public int DeviceCount => devices.Count;

    public IReadOnlyDictionary<DecisionCode, long> Decided => decided;

    /// <summary>Where a name was decided, with the start of its digest; null when it is not known here.</summary>
    public NameRecord? Find(PaymentId id) => names.TryGetValue(id, out var record) ? record : null;

    public Lease? ActiveLease(Purse purse) => activeLeases.TryGetValue(purse, out var id) ? leases[id] : null;

    public Hold? FindHold(PaymentId id) => holds.GetValueOrDefault(id);

    public bool IsDenied(KeyId kid) => denied.Contains(kid) || (devices.GetValueOrDefault(kid)?.Conflicted ?? false);

    public DeviceChain ChainOf(KeyId kid) => devices.GetValueOrDefault(kid)?.Chain ?? default;

    /// <summary>First 4 bytes of a round's root; null when it is no longer held.</summary>
    public uint? RootStart(long round) =>
        round < firstRoundHeld || round > Head ? null : rootStarts[(int)(round - firstRoundHeld)];

    public Standing StandingOf(PaymentRequest request, Lease? lease, SequenceStep step, uint payee, uint unix)
    {
        var account = lease?.Account is { } id ? accounts.GetValueOrDefault(id) : null;
        return new()
        {
            Policy = Policy ?? throw new InvalidOperationException("Without a policy nothing is decided."),
            Lease = lease,
            ElapsedSeconds = ElapsedSeconds,
            DenyAgeSeconds = ElapsedSeconds - ContactSeconds,
            Device = devices.GetValueOrDefault(request.Kid)?.Unacknowledged ?? default,
            Account = account?.Unacknowledged ?? default,
            AccountHourMinor = account?.SumWithin(ElapsedSeconds, 60) ?? 0,
            AccountDayMinor = account?.SumWithin(ElapsedSeconds, 24 * 60) ?? 0,
            PayeeExposureMinor = payeeExposure.GetValueOrDefault(payee),
            EdgeExposureMinor = EdgeExposureMinor,
            SequenceGap = step is SequenceStep.Gap,
            PreviousMismatch = step is SequenceStep.Fork,
            RestartedOffline = !ContactSinceStart,
            Unix = unix,
        };
    }

    /// <summary>Spots a clone before its CONFLICT event is written: from now on the key is denied.</summary>
    internal void MarkConflicted(KeyId kid) => Device(kid).Conflicted = true;

    private DeviceRecord Device(KeyId kid)
    {
        if (!devices.TryGetValue(kid, out var device)) devices[kid] = device = new();
        return device;
    }

    private AccountRecord Account(AccountId id)
    {
        if (!accounts.TryGetValue(id, out var account)) accounts[id] = account = new();
        return account;
    }
}
