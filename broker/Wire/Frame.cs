namespace MqttPay.Broker.Wire;

/// <summary>A frame's first byte and lengths, as its header says.</summary>
internal readonly record struct Frame(byte First, int HeaderLength, int BodyLength)
{
    public PacketKind Kind => (PacketKind)(First >> 4);

    public int Length => HeaderLength + BodyLength;
}
