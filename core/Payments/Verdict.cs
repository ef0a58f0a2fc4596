namespace MqttPay.Payments;

/// <summary>What the rules say of one request: approve, decline with a code, or ask the cloud first.</summary>
public readonly record struct Verdict(DecisionCode Code, Evidence Evidence, bool AskCloud = false);
