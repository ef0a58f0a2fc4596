namespace MqttPay.Broker.Machine;

/// <summary>The protocol level of a connection; the numbers are those of the CONNECT packet.</summary>
internal enum Protocol : byte
{
    None = 0,
    V31 = 3,
    V311 = 4,
    V5 = 5,
}
