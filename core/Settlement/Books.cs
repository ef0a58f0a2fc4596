using MqttPay.Payments;

namespace MqttPay.Settlement;

/// <summary>All that the reconciler may look at: what the ledger says, under lock, when the batch is posted.</summary>
public sealed record Books
{
    public required long BatchNo { get; init; }

    public required uint Edge { get; init; }

    /// <summary>The fence of the batch's rounds; leases of another one are dead. 0 where leases have none.</summary>
    public uint Fence { get; init; }

    /// <summary>
    /// The rounds are of a history that the edge has lost: they are evidence, and what the leases do not cover is
    /// asked of the payer.
    /// </summary>
    public bool Branch { get; init; }

    public required long ReceivedUnix { get; init; }

    /// <summary>Whom this site pays unless the request says otherwise.</summary>
    public required uint SitePayee { get; init; }

    /// <summary>The header time of the round before the batch, 0 when there is none.</summary>
    public uint LastUnix { get; init; }

    /// <summary>The newest deny list that this edge has applied.</summary>
    public uint DenyVersion { get; init; }

    public IReadOnlyDictionary<KeyId, DeviceStanding> Devices { get; init; } = new Dictionary<KeyId, DeviceStanding>();

    /// <summary>The leases of this edge that are not closed, and those that its records name.</summary>
    public IReadOnlyDictionary<long, LeaseStanding> Leases { get; init; } = new Dictionary<long, LeaseStanding>();

    /// <summary>Names of the batch that the ledger has already.</summary>
    public IReadOnlyDictionary<LedgerName, KnownRecord> Known { get; init; } = new Dictionary<LedgerName,
    KnownRecord>();

    /// <summary>The holds that the batch refers to, by the name of their first request.</summary>
    public IReadOnlyDictionary<LedgerName, IReadOnlyList<HoldPart>> Holds { get; init; } =
        new Dictionary<LedgerName, IReadOnlyList<HoldPart>>();

    /// <summary>The newest voucher of each session that the batch ends, captures or goes on with.</summary>
    public IReadOnlyDictionary<LedgerName, VoucherStanding> Vouchers { get; init; } =
        new Dictionary<LedgerName, VoucherStanding>();

    /// <summary>
    /// Of a lost history: names that their devices took back afterwards, and were told that nothing had been taken.
    /// </summary>
    public IReadOnlySet<LedgerName> TakenBack { get; init; } = new HashSet<LedgerName>();

    /// <summary>The payments that the batch refers to.</summary>
    public IReadOnlyDictionary<LedgerName, PostedPayment> Posted { get; init; } = new Dictionary<LedgerName,
    PostedPayment>();

    /// <summary>The names behind the payment ids that the batch refers to, as far as the ledger knows them.</summary>
    public IReadOnlyDictionary<PaymentId, LedgerName> Names { get; init; } = new Dictionary<PaymentId, LedgerName>();

    /// <summary>The accounts of the payees that this site may pay.</summary>
    public IReadOnlyDictionary<(uint Payee, int Currency), long> Payees { get; init; } =
        new Dictionary<(uint, int), long>();

    public required IReadOnlyDictionary<int, CurrencyBook> Currencies { get; init; }
}

/// <summary>The operator's accounts in one currency that a batch may need.</summary>
public sealed record CurrencyBook(long EdgeLoss, long Suspense);

/// <summary>A device as enrolled.</summary>
/// <param name="Payer">The account that it is bound to.</param>
/// <param name="Account">That account's name on the wire.</param>
/// <param name="RevokedUnix">From when on its key is not good, null while it is.</param>
/// <param name="DeniedIn">The first deny list that names it, null until one does.</param>
public sealed record DeviceStanding(
    long Device, KeyId Kid, long Payer, AccountId Account, int Currency, int OperationMask, long? RevokedUnix,
    uint? DeniedIn)
{
    /// <summary>Whose device it is when no payer's; 0 for a payer's, or where nobody knows.</summary>
    public uint Payee { get; init; }

    /// <summary>The newest epoch that it was given, 0 where nobody knows.</summary>
    public uint Epoch { get; init; }

    /// <summary>From when on the epochs before the newest were not good; null when they never were denied.</summary>
    public long? FormerRevokedUnix { get; init; }

    public uint? FormerDeniedIn { get; init; }
}

/// <summary>The claim that counts of a session: the one with the highest tick.</summary>
public readonly record struct VoucherStanding(uint Tick, long AmountMinor);

/// <summary>A lease and what its account holds.</summary>
/// <param name="Payer">Who gets the rest: the payer's account, or the operator's float.</param>
/// <param name="ExcessMinor">What edge_loss has put in so far, a forced reclaim included.</param>
public sealed record LeaseStanding(
    long Lease, uint Edge, long Payer, bool FromFloat, int Currency, LeaseState State, long GrantedUnix,
    long BalanceMinor,
    long HeldMinor, long ExcessMinor, long? ClosedRound)
{
    /// <summary>The edge's fence under which it was granted, 0 where fences play no part.</summary>
    public uint Fence { get; init; }

    /// <summary>Whether its rest was once paid back to the payer by force; it stays so when it is closed.</summary>
    public bool Reclaimed { get; init; }
}

/// <summary>A record that the ledger has under a name.</summary>
public sealed record KnownRecord(long BatchNo, int Position, Hash Digest, bool Approved);

/// <summary>One part of a hold: the first request, or an increment with a lease of its own.</summary>
/// <param name="Auth">The name of the hold: the AUTH's or the held SALE's.</param>
/// <param name="Source">The account that is held: a lease, or edge_loss.</param>
public sealed record HoldPart(
    LedgerName Name, LedgerName Auth, PaymentId AuthId, long Payer, long Source, int Currency, long Target,
    long OpenMinor,
    HoldState State)
{
    /// <summary>Of a SALE that waits for its CONFIRM: all of it may be captured when its time is over.</summary>
    public bool Confirm { get; init; }
}

/// <summary>A payment that others may refer to: what was captured under its name and what went back.</summary>
public sealed record PostedPayment(
    LedgerName Name, long Payer, long Source, int Currency, long Target, long CapturedMinor, long BackMinor);
