namespace MqttPay.Broker.Access;

/// <summary>What a connection is there for; the access list has one set of rights per role.</summary>
public enum Role
{
    Device = 1,
    Enrol = 2,
    Agent = 3,
    Backend = 4,
    Anonymous = 5,
}
