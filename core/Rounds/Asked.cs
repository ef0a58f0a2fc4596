using MqttPay.Payments;

namespace MqttPay.Rounds;

/// <summary>What came of asking the cloud about one request.</summary>
/// <param name="Code">When it answered: approved to go on, or its refusal.</param>
internal sealed record Asked(bool Answered, DecisionCode Code)
{
    /// <summary>
    /// Whether the cloud itself declines. That it has no more funds to give is no refusal: what the lease has is still
    /// the payer's own money, and the rules look at it again.
    /// </summary>
    public bool Refuses => Answered && Code is DecisionCode.DenyListed or DecisionCode.DeviceRevoked
        or DecisionCode.UnknownAccount or DecisionCode.Risk or DecisionCode.NotPermitted;
}
