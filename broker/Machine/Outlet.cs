namespace MqttPay.Broker.Machine;

/// <summary>
/// The sending side of a connection, as the machine sees it: packets are appended and leave with the next flush.
/// Nothing here waits for a peer, so all of it may be called under a session's lock.
/// </summary>
internal abstract class Outlet
{
    public abstract Protocol Protocol { get; }

    /// <summary>
    /// True while the peer is not taking what was sent: QoS 0 is dropped then, the rest stays queued.
    /// </summary>
    public abstract bool Congested { get; }

    /// <summary>False when the packet is larger than the client takes; it then counts as delivered.</summary>
    public abstract bool SendPublish(in Delivery delivery, ushort packetId, bool duplicate, long now);

    public abstract void SendAck(AckKind kind, ushort packetId, Reason reason);

    /// <summary>Ends the connection: MQTT 5 hears the reason, and what was appended before still leaves.</summary>
    public abstract void Close(Reason reason);

    public abstract void Flush();
}
