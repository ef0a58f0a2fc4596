namespace MqttPay.Broker.Machine;

/// <summary>One filter of one session. Identifier 0 means that the client gave none.</summary>
internal sealed record Subscription(
    Session Session, byte[] Filter, byte Qos, bool NoLocal = false, bool RetainAsPublished = false,
    uint Identifier = 0);
