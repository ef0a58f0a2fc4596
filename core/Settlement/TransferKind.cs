namespace MqttPay.Settlement;

/// <summary>
/// Movements without a device's signature; each cause moves money once. Numbers are stored and never move.
/// </summary>
public enum TransferKind
{
    Fund = 1,
    LeaseGrant = 2,
    LeaseReturn = 3,
    /// <summary>edge_loss to lease: what the edge approved above the lease.</summary>
    LeaseExcess = 4,
    ForcedReclaim = 5,
    /// <summary>Lease to edge_loss: what edge_loss had put in and nobody spent.</summary>
    ReclaimReturn = 6,
    Fee = 7,
    Payout = 8,
    PayoutReturn = 9,
    Dispute = 10,
    WriteOff = 11,
    /// <summary>Out of suspense.</summary>
    Resolve = 12,
    Correction = 13,
    /// <summary>Lease to suspense.</summary>
    Suspend = 14,
    /// <summary>Lease to payee, captured when a hold ended.</summary>
    HoldEnd = 15,
    /// <summary>Lease to lease: a further part's share of a capture.</summary>
    HoldPart = 16,
    /// <summary>Payer to float or edge_loss.</summary>
    Recover = 17,
    /// <summary>payer_debt to float.</summary>
    Debt = 18,
    /// <summary>Payer to payer_debt: a debt is paid.</summary>
    DebtPaid = 19,
    /// <summary>Float to payer, or to payer_debt while he owes: what the float had paid was taken back.</summary>
    FloatBack = 20,
}
