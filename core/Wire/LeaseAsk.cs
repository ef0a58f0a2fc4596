using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>An edge's wish for funds; asked again as it is until it is answered.</summary>
/// <param name="Account">The payer; null for the operator's float.</param>
/// <param name="WantedMinor">What the payment that waits needs; 1 when none does. The cloud sizes the lease.</param>
/// <param name="Evidence">Why it is wanted, as far as the edge knows.</param>
public sealed record LeaseAsk(
    uint Number, uint Fence, AccountId? Account, int Currency, long WantedMinor, Evidence Evidence, uint DenyVersion,
    uint Incarnation);
