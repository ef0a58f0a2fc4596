namespace MqttPay.Broker.Machine;

/// <summary>A PUBLISH as it lies in the receive buffer; whoever keeps it copies it.</summary>
internal ref struct PublishInput
{
    public ReadOnlySpan<byte> Topic;

    /// <summary>The properties that travel on, without alias and expiry.</summary>
    public ReadOnlySpan<byte> Properties;

    public ReadOnlySpan<byte> Payload;
    public byte Qos;
    public bool Retain;
    public bool Duplicate;
    public ushort PacketId;
    public ushort? Alias;
    public uint? ExpirySeconds;
}
