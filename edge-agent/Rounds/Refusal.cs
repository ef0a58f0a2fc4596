using MqttPay.Payments;

namespace MqttPay.EdgeAgent.Rounds;

/// <summary>A decline by a limit, with what every limit still allowed. Operators see it, devices never.</summary>
internal sealed record Refusal(
    uint Unix, PaymentId Payment, KeyId Kid, Operation Operation, DecisionCode Code, long AmountMinor, int Currency,
    Evidence Evidence, Headroom Headroom);
