namespace MqttPay.Broker.Access;

/// <summary>Retaining is a right of its own: it outlives the connection that uses it.</summary>
public enum AccessRight
{
    Publish = 1,
    Retain = 2,
    Subscribe = 3,
}
