namespace MqttPay.Payments;

/// <summary>What the rules say of one request: approve, decline with a code, or ask the cloud first.</summary>
/// <param name="AmountMinor">What is approved; less than was asked only for a request that allows it.</param>
public readonly record struct Verdict(
    DecisionCode Code, Evidence Evidence, long AmountMinor = 0, bool AskCloud = false);
