namespace MqttPay.Broker.Machine;

/// <summary>Whether anything waited for an acknowledgement, and for one of this kind.</summary>
internal enum AckMatch
{
    Expected = 1,
    Unknown = 2,
    OtherKind = 3,
}
