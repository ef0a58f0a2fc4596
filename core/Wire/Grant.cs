using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>Funds that the cloud has moved out of a balance for one edge to spend.</summary>
/// <param name="Account">The payer; null for the operator's float.</param>
/// <param name="SpendSeconds">For how long it can be spent from when it came.</param>
/// <param name="AskNumber">The ask that it answers; null when the cloud gave it unasked.</param>
public sealed record Grant(
    long Lease, uint Edge, uint Fence, AccountId? Account, int Currency, long AmountMinor, uint Unix, uint SpendSeconds,
    uint Policy, uint? AskNumber);
