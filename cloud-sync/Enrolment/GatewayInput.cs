namespace MqttPay.CloudSync.Enrolment;

/// <summary>
/// A gateway: its public key as made by <c>mqttpay-edge init</c>, whom it pays, and how much it may hold.
/// </summary>
/// <param name="LeaseMinor">No lease is larger.</param>
/// <param name="SpendSeconds">How long a lease may be spent.</param>
/// <param name="NewcomerMinor">The smallest lease worth having for a payer known there for less than 28 days; at most
/// 10.00 of the currency unless told.</param>
/// <param name="LeaseShareBasisPoints">A lease that no payment waits for takes at most this share of what its payer has
/// free.</param>
internal sealed record GatewayInput(
    uint EdgeId, string? PublicKey, uint Payee, int Currency, IReadOnlyList<uint>? Payees = null, long FloatMinor = 0,
    long LeaseMinor = 200_00, uint SpendSeconds = 604_800, long? NewcomerMinor = null,
    int LeaseShareBasisPoints = 5_000);
