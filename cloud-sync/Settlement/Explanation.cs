namespace MqttPay.CloudSync.Settlement;

/// <summary>All that is known of one record, from the device's bytes to the legs in the ledger. Checked again when it
/// is asked.</summary>
/// <param name="Place">payment, decline or reject.</param>
/// <param name="Break">Why somebody has to look at it, null when nobody has.</param>
internal sealed record Explanation(
    string? PaymentId, string Place, string Category, string Code, RequestView Request, DecisionView Decision,
    RoundView Round,
    BatchView Batch, IReadOnlyList<LegView> Legs, LeaseFacts? Lease, BreakView? Break, FirstView? First);

/// <param name="Signature">valid, invalid, or unknown_key.</param>
/// <param name="Fields">The content that the device signed; null when it does not parse.</param>
internal sealed record RequestView(
    string? Kid, uint? Epoch, long? Seq, string? Operation, string Signature, string? Digest,
    RequestFieldsView? Fields, string Bytes);

internal sealed record RequestFieldsView(
    uint Edge, string? Account, uint? Payee, long AmountMinor, int Currency, DateTimeOffset? DeviceTime,
    long? ReferenceSeq,
    string? ReferenceId, uint? Context, IReadOnlyList<string> Flags);

/// <param name="Evidence">The names of the facts that were true.</param>
internal sealed record DecisionView(
    string Name, string Code, long AmountMinor, IReadOnlyList<string> Evidence, long? Lease, uint HoldSeconds,
    uint Policy,
    string Bytes);

/// <param name="Signature">Whether the edge's signature verifies: valid or invalid.</param>
/// <param name="Included">Whether the tree, built again from the stored records, is the one that the edge
/// signed.</param>
internal sealed record RoundView(
    uint Edge, uint Fence, uint Incarnation, long Number, int Index, int Count, DateTimeOffset DecidedAt, string Root,
    string PreviousRoot, string Signature, bool Included, IReadOnlyList<string> Path);

/// <param name="Ack">The signed acknowledgement, as it was sent.</param>
internal sealed record BatchView(
    long BatchNo, int Position, long FirstRound, long LastRound, string Head, DateOnly BusinessDate,
    DateTimeOffset ReceivedAt,
    string Ack);

/// <summary>What moved on an account because of this record. Minus is out of it.</summary>
internal sealed record LegView(
    long AccountId, string Kind, string? Owner, long AmountMinor, int Currency, string Cause);

internal sealed record LeaseFacts(
    long LeaseId, string State, long LimitMinor, long BalanceMinor, long HeldMinor, long PayerAccountId,
    DateTimeOffset GrantedAt);

/// <summary>The record that had the name first.</summary>
internal sealed record FirstView(long BatchNo, int Position);
