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
    private readonly SortedDictionary<long, Lease> leases = [];
    private readonly Dictionary<Purse, long> activeLeases = [];
    private readonly Dictionary<uint, long> payeeExposure = [];
    private readonly Dictionary<uint, DayWindow> refunds = [];
    private readonly Queue<UnacknowledgedApproval> unacknowledged = [];
    private readonly List<uint> rootStarts = [];
    private readonly HashSet<KeyId> denied = [];
    private readonly SortedSet<long> touched = [];
    private long firstRoundHeld = 1;

    public uint Edge { get; } = edge;

    public uint Fence { get; private set; } = fence;

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

    /// <summary>The list of devices by which requests are judged; 0 before the first.</summary>
    public uint RosterVersion { get; private set; }

    /// <summary>Whom this site pays when a request does not say.</summary>
    public uint SitePayee { get; private set; }

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

    public HoldBook Holds { get; } = new();

    public PaidBook Paid { get; } = new();

    public int OpenHolds => Holds.OpenCount;

    public int UnacknowledgedApprovals => unacknowledged.Count;

    public int DeviceCount => devices.Count;

    public IReadOnlyDictionary<DecisionCode, long> Decided => decided;

    /// <summary>Where a name was decided, with the start of its digest; null when it is not known here.</summary>
    public NameRecord? Find(PaymentId id) => names.TryGetValue(id, out var record) ? record : null;

    public Lease? ActiveLease(Purse purse) => activeLeases.TryGetValue(purse, out var id) ? leases[id] : null;

    /// <summary>An account's approvals here: ever, and those that the cloud has not acknowledged.</summary>
    public (Spending Ever, Spending Unacknowledged) ApprovalsOf(AccountId account) =>
        accounts.TryGetValue(account, out var record) ? (record.Ever, record.Unacknowledged) : default;

    /// <summary>
    /// Whether nothing of this key is approved: it is listed, or was seen in two hands in this epoch.
    /// </summary>
    public bool IsDenied(KeyId kid, uint epoch) => denied.Contains(kid)
        || (devices.TryGetValue(kid, out var device) && device.ConflictedEpoch > 0 && device.ConflictedEpoch >= epoch);

    public DeviceChain ChainOf(KeyId kid) => devices.GetValueOrDefault(kid)?.Chain ?? default;

    /// <summary>First 4 bytes of a round's root; null when it is no longer held.</summary>
    public uint? RootStart(long round) =>
        round < firstRoundHeld || round > Head ? null : rootStarts[(int)(round - firstRoundHeld)];

    /// <summary>All that a decision over this request may look at.</summary>
    /// <param name="account">The payer, also where the float pays for him.</param>
    /// <param name="payee">Whom the request pays, the site's default resolved.</param>
    public Standing StandingOf(
        PaymentRequest request, RosterDevice enrolled, Purse account, uint payee, SequenceStep step, uint unix)
    {
        var lease = ActiveLease(account) ?? ActiveLease(account with { Account = null });
        var payer = account.Account is { } id ? accounts.GetValueOrDefault(id) : null;
        var device = devices.GetValueOrDefault(request.Kid);
        long Within(int minutes) => (payer?.Approvals.SumWithin(ElapsedSeconds, minutes) ?? 0)
            + (device?.OnFloat.SumWithin(ElapsedSeconds, minutes) ?? 0);
        var policy = Policy ?? throw new InvalidOperationException("Without a policy nothing is decided.");
        return new()
        {
            Policy = policy,
            Lease = lease,
            Tier = policy.TierOf(enrolled.Tier),
            Attested = enrolled.Attested,
            Payee = payee,
            ElapsedSeconds = ElapsedSeconds,
            DenyAgeSeconds = ElapsedSeconds - ContactSeconds,
            TimeStoppedLease = stoppedByTime.Contains(account),
            Device = device?.Unacknowledged ?? default,
            DeviceSettled = device?.Settled ?? 0,
            Account = payer?.Unacknowledged ?? default,
            AccountEver = payer?.Ever ?? default,
            AccountHourMinor = Within(60),
            AccountDayMinor = Within(24 * 60),
            PayeeExposureMinor = payeeExposure.GetValueOrDefault(payee),
            EdgeExposureMinor = EdgeExposureMinor,
            SequenceGap = step is SequenceStep.Gap,
            PreviousMismatch = step is SequenceStep.Fork,
            RestartedOffline = !ContactSinceStart,
            Unix = unix,
        };
    }

    /// <summary>What a payee refunded here in the last 24 hours.</summary>
    public long RefundedTodayMinor(uint payee) =>
        refunds.TryGetValue(payee, out var window) ? window.SumWithin(ElapsedSeconds, 24 * 60) : 0;

    /// <summary>
    /// Whether a sequence of this key may have been decided in a part of the history that was given up, so that not
    /// knowing it proves nothing.
    /// </summary>
    public bool MayHaveForgotten(KeyId kid, long sequence) =>
        devices.TryGetValue(kid, out var device) && sequence <= device.ForgottenThrough;

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
