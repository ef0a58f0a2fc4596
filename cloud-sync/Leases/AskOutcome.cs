using MqttPay.Payments;

namespace MqttPay.CloudSync.Leases;

/// <summary>The lease that an ask got, or a code instead; approved means go on with what is there.</summary>
internal sealed record AskOutcome(long? Lease, DecisionCode Code)
{
    public static AskOutcome Refuse(DecisionCode code) => new(null, code);

    public static AskOutcome GoOn { get; } = new(null, DecisionCode.Approved);

    public static AskOutcome Grant(long lease) => new(lease, DecisionCode.Approved);
}
