namespace MqttPay.Broker.Machine;

/// <summary>The acknowledgements; the numbers are those of the packet types.</summary>
internal enum AckKind : byte
{
    PubAck = 4,
    PubRec = 5,
    PubRel = 6,
    PubComp = 7,
}
