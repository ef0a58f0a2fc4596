using MqttPay.Payments;

namespace MqttPay.Broker.Access;

/// <summary>
/// Who is on the line. <paramref name="Kid"/> is set for devices and is what their topics are checked against.
/// </summary>
public sealed record Identity(string User, KeyId? Kid, Role Role);
