namespace MqttPay.Broker.Wire;

/// <summary>The places where a client may put properties.</summary>
[Flags]
internal enum PropertyOwner
{
    None = 0,
    Connect = 1,
    Will = 2,
    Publish = 4,
    Acknowledgement = 8,
    Subscribe = 16,
    Unsubscribe = 32,
    Disconnect = 64,
}
