namespace MqttPay.Broker.Machine;

/// <summary>A message that has been given a packet id and waits for its acknowledgement.</summary>
internal sealed class Inflight(ushort packetId, Delivery delivery)
{
    public ushort PacketId { get; } = packetId;

    public Delivery Delivery { get; } = delivery;

    /// <summary>PUBREC has come: from here on only PUBREL is repeated.</summary>
    public bool Released { get; set; }

    /// <summary>
    /// Sent on the present connection; after a reconnect everything waits to be sent again, in order.
    /// </summary>
    public bool Sent { get; set; }
}
