using MqttPay.Broker.Machine;

namespace MqttPay.Broker.Wire;

/// <summary>
/// Looks at the first five bytes of a frame, and at no more: packet type and flags, the length's form, the length
/// against the limit. Nothing has been buffered for the frame's body when this refuses it.
/// </summary>
internal static class FrameGuard
{
    public const int HeaderMax = 5;

    /// <summary>The largest CONNECT, header included: who it is from is not known yet.</summary>
    public const int ConnectMax = 4 * 1024;

    /// <summary>
    /// Measures the frame that begins with <paramref name="head"/>. Before CONNECT the protocol is
    /// <see cref="Protocol.None"/>; <paramref name="legacy"/> also lets MQTT 3.1's flag bits of CONNECT through.
    /// </summary>
    public static FrameStatus Measure(
        ReadOnlySpan<byte> head, Protocol protocol, bool legacy, int lengthMax, out Frame frame, out Reason reason)
    {
        (frame, reason) = (default, Reason.Success);
        if (head.IsEmpty) return FrameStatus.NeedMore;
        reason = CheckFirst(head[0], protocol, legacy);
        if (reason != Reason.Success) return FrameStatus.Refused;
        var length = 0;
        for (var at = 1; at < HeaderMax && at < head.Length; at++)
        {
            length |= (head[at] & 0x7F) << (7 * (at - 1));
            if (head[at] >= 0x80) continue;
            // Version 5 wants the shortest form. Some 3.1.1 clients always send four bytes, and their standard lets
            // them.
            if (protocol == Protocol.V5 && at > 1 && head[at] == 0) break;
            frame = new(head[0], at + 1, length);
            reason = frame.Length <= lengthMax ? Reason.Success : Reason.PacketTooLarge;
            return reason == Reason.Success ? FrameStatus.Measured : FrameStatus.Refused;
        }

        if (head.Length < HeaderMax && head[^1] >= 0x80) return TooLongAlready(length, lengthMax, out reason);
        if (head.Length == 1) return FrameStatus.NeedMore;
        reason = Reason.MalformedPacket;
        return FrameStatus.Refused;
    }

    private static FrameStatus TooLongAlready(int length, int lengthMax, out Reason reason)
    {
        reason = length > lengthMax ? Reason.PacketTooLarge : Reason.Success;
        return length > lengthMax ? FrameStatus.Refused : FrameStatus.NeedMore;
    }

    private static Reason CheckFirst(byte first, Protocol protocol, bool legacy)
    {
        var kind = (PacketKind)(first >> 4);
        var flags = first & 0x0F;
        if (protocol == Protocol.None)
        {
            if (kind != PacketKind.Connect) return Reason.ProtocolError;
            return flags == 0 || legacy ? Reason.Success : Reason.MalformedPacket;
        }

        switch (kind)
        {
            case PacketKind.Publish:
                var qos = (flags >> 1) & 3;
                var duplicate = (flags & 8) != 0;
                return qos == 3 || (qos == 0 && duplicate) ? Reason.MalformedPacket : Reason.Success;
            case PacketKind.PubRel or PacketKind.Subscribe or PacketKind.Unsubscribe:
                return flags == 2 || protocol == Protocol.V31 ? Reason.Success : Reason.MalformedPacket;
            case PacketKind.PubAck or PacketKind.PubRec or PacketKind.PubComp or PacketKind.PingReq
                or PacketKind.Disconnect:
                return flags == 0 || protocol == Protocol.V31 ? Reason.Success : Reason.MalformedPacket;
            case PacketKind.Auth when protocol == Protocol.V5:
                return flags == 0 ? Reason.ProtocolError : Reason.MalformedPacket;
            default:
                // A second CONNECT, what only a server sends, and the types that this version does not know.
                return kind == 0 ? Reason.MalformedPacket : Reason.ProtocolError;
        }
    }
}
