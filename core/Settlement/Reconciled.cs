using MqttPay.Payments;

namespace MqttPay.Settlement;

/// <summary>What a batch does to the ledger. Every decided record is in exactly one of the first three lists.</summary>
public sealed record Reconciled
{
    public required IReadOnlyList<PaymentRow> Payments { get; init; }

    public required IReadOnlyList<DeclineRow> Declines { get; init; }

    public required IReadOnlyList<RejectRow> Rejects { get; init; }

    public required IReadOnlyList<TransferRow> Transfers { get; init; }

    public required IReadOnlyList<EventRow> Events { get; init; }

    public required IReadOnlyList<BreakRow> Breaks { get; init; }

    /// <summary>Parts that are new or changed, as they are now.</summary>
    public required IReadOnlyList<HoldPart> Holds { get; init; }

    /// <summary>Leases whose state, excess or close changed, as they are now.</summary>
    public required IReadOnlyList<LeaseStanding> Leases { get; init; }

    /// <summary>What is held more (or less) on which account.</summary>
    public required IReadOnlyList<HeldMove> HeldMoves { get; init; }

    public required IReadOnlyList<FloatDue> FloatDues { get; init; }

    /// <summary>Devices whose key is proved to be in two hands: they are to be denied.</summary>
    public required IReadOnlyList<long> Cloned { get; init; }

    public required uint LastUnix { get; init; }

    public required uint DenyVersion { get; init; }
}

/// <summary>
/// A request that was approved: one row, two legs. <see cref="PaidMinor"/> moves from source to target.
/// </summary>
public sealed record PaymentRow(
    LedgerName Name, PaymentId Id, long Payer, long Source, long Target, long PaidMinor, long? HeldMinor,
    Operation Operation, LedgerName? Reference, int Position, long Round, uint Unix, byte[] Message,
    byte[] DecisionBytes,
    Category Category);

public sealed record DeclineRow(
    LedgerName Name, PaymentId Id, Operation Operation, DecisionCode Code, int Position, long Round, uint Unix,
    byte[] Message, byte[] DecisionBytes, Category Category);

/// <summary>
/// Evidence that is not posted. <see cref="Message"/> is null for a benign duplicate: the first row has the bytes.
/// </summary>
public sealed record RejectRow(
    Category Category, LedgerName? Name, int Position, long Round, byte[]? Message, byte[] DecisionBytes,
    KnownRecord? First);

/// <summary>A movement without a device's signature, unique by kind and cause.</summary>
public sealed record TransferRow(
    TransferKind Kind, long Cause, long CauseNo, long Debit, long Credit, long AmountMinor);

public sealed record EventRow(int Position, int Kind, LedgerName? Name, long? Lease, long? HeldMinor, byte[] Body);

/// <param name="Also">The other categories that fit; the first one counts.</param>
public sealed record BreakRow(
    BreakSubject Subject, long Key1, long Key2, Category Category, int? Currency, long? ExpectedMinor, long? FoundMinor,
    IReadOnlyList<Category> Also, string Note);

public readonly record struct HeldMove(long Account, long DeltaMinor);

/// <summary>Paid by the operator's float; the payer is asked afterwards.</summary>
public readonly record struct FloatDue(int Position, long Payer, long FloatAccount, long AmountMinor);
