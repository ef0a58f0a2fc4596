using MqttPay.Payments;

namespace MqttPay.CloudSync.Leases;

/// <summary>The lease that an ask got, or the code that refuses it.</summary>
internal sealed record AskOutcome(long? Lease, DecisionCode Code)
{
    public static AskOutcome Refuse(DecisionCode code) => new(null, code);

    public static AskOutcome Grant(long lease) => new(lease, DecisionCode.Approved);
}
