using MqttPay.Payments;

namespace MqttPay.IntegrationTests.Lifecycle;

/// <summary>What a device got for a request: a final decision, or a hint.</summary>
internal sealed record Answer(PaymentRequest Request, Decision? Decision, DecisionCode? Hint)
{
    public PaymentId Id => PaymentId.Of(Request.Name);

    /// <summary>The final code, or the hint's.</summary>
    public DecisionCode? Code => Decision?.Code ?? Hint;

    public long AmountMinor => Decision?.AmountMinor ?? 0;

    public Evidence Evidence => Decision?.Evidence ?? Evidence.None;
}
