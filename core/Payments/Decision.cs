namespace MqttPay.Payments;

/// <summary>A final answer to a named request: journalled, proved, and repeated for as long as it is kept.</summary>
/// <param name="AmountMinor">Approved minor units, 0 when declined.</param>
/// <param name="Lease">The lease that pays, 0 when none.</param>
/// <param name="HoldSeconds">How long the amount is held, 0 when it is not.</param>
/// <param name="Policy">The version of the policy that was in force.</param>
public sealed record Decision(
    uint Epoch,
    long Sequence,
    DecisionCode Code,
    long AmountMinor,
    Evidence Evidence,
    long Lease,
    uint HoldSeconds,
    uint Policy)
{
    public bool Approved => Code is DecisionCode.Approved;
}
