namespace MqttPay.Broker.Machine;

/// <summary>
/// A message on its way to one session: at most one copy per session, with the identifiers of all its filters.
/// </summary>
internal readonly record struct Delivery(Message Message, byte Qos, bool Retain, uint[] Identifiers);
