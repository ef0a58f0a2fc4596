namespace MqttPay.Broker.Machine;

/// <summary>What is said for a client that cannot say it any more.</summary>
internal sealed record Will(
    byte[] Topic, byte[] Properties, byte[] Payload, byte Qos, bool Retain, uint DelaySeconds, uint? ExpirySeconds)
{
    public Message ToMessage(long now) =>
        new(Topic, Properties, Payload, Qos, Retain, now) { ExpirySeconds = ExpirySeconds };
}
