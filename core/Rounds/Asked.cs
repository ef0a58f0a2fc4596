using MqttPay.Payments;

namespace MqttPay.Rounds;

/// <summary>What came of asking the cloud about one request.</summary>
/// <param name="Code">When it answered: approved to go on, or its refusal.</param>
internal sealed record Asked(bool Answered, DecisionCode Code)
{
    /// <summary>Whether the cloud itself declines.</summary>
    public bool Refuses => Answered && Code is DecisionCode.DenyListed or DecisionCode.DeviceRevoked
        or DecisionCode.UnknownAccount or DecisionCode.Risk or DecisionCode.NotPermitted;

    /// <summary>
    /// It has nothing more for this payer. What his lease has is still his own money, and the rules look at it again;
    /// but where he has none the operator's float does not pay for him either.
    /// </summary>
    public bool NoFunds => Answered && Code is DecisionCode.Insufficient or DecisionCode.FloatExhausted;
}
