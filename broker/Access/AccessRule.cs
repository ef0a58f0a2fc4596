namespace MqttPay.Broker.Access;

/// <summary>One line of the access list. %k is the connection's key, %c its client id, %u its user.</summary>
public sealed record AccessRule(Role Role, AccessRight Right, string Pattern);
