namespace MqttPay.Broker.Machine;

/// <summary>
/// One filter of a SUBSCRIBE. Retain handling: 0 send, 1 send if the subscription is new, 2 do not send.
/// </summary>
internal sealed record FilterRequest(
    byte[] Filter, byte Qos, bool NoLocal, bool RetainAsPublished, byte RetainHandling);
