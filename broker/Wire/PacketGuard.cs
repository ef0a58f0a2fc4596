using MqttPay.Broker.Machine;

namespace MqttPay.Broker.Wire;

/// <summary>
/// Checks the bodies of what a connected client sends. Each answers success or the reason of the refusal.
/// </summary>
internal static class PacketGuard
{
    [ThreadStatic]
    private static byte[]? forwarded;

    public static Reason CheckPublish(byte first, ReadOnlySpan<byte> body, Protocol protocol, out PublishInput input)
    {
        input = new() { Qos = (byte)((first >> 1) & 3), Retain = (first & 1) != 0, Duplicate = (first & 8) != 0 };
        var reader = new FrameReader(body);
        if (!reader.TryText(out input.Topic)) return Reason.MalformedPacket;
        if (input.Qos > 0 && (!reader.TryUInt16(out input.PacketId) || input.PacketId == 0))
        {
            return Reason.MalformedPacket;
        }

        if (protocol == Protocol.V5)
        {
            var reason = PropertyGuard.Read(ref reader, PropertyOwner.Publish, out var values, out input.Properties);
            if (reason != Reason.Success) return reason;
            (input.Alias, input.ExpirySeconds) = (values.Alias, values.MessageExpiry);
            var strips = input.Alias is not null || input.ExpirySeconds is not null;
            if (strips) input.Properties = Forward(input.Properties);
        }

        input.Payload = reader.Rest;
        if (input.Topic.IsEmpty && input.Alias is not null) return Reason.Success;
        if (input.Topic.IsEmpty) return Reason.ProtocolError;
        return TopicFilter.IsTopic(input.Topic) ? Reason.Success : Reason.TopicNameInvalid;
    }

    public static Reason CheckAck(
        ReadOnlySpan<byte> body, AckKind kind, Protocol protocol, out ushort packetId, out byte code)
    {
        code = 0;
        var reader = new FrameReader(body);
        if (!reader.TryUInt16(out packetId) || packetId == 0) return Reason.MalformedPacket;
        if (reader.AtEnd) return Reason.Success;
        if (protocol != Protocol.V5 || !reader.TryByte(out code)) return Reason.MalformedPacket;
        if (!Allowed(kind, code)) return Reason.ProtocolError;
        if (reader.AtEnd) return Reason.Success;
        var reason = PropertyGuard.Read(ref reader, PropertyOwner.Acknowledgement, out _, out _);
        if (reason != Reason.Success) return reason;
        return reader.AtEnd ? Reason.Success : Reason.MalformedPacket;
    }

    public static Reason CheckSubscribe(ReadOnlySpan<byte> body, Protocol protocol)
    {
        var reader = new FrameReader(body);
        var reason = ReadHead(ref reader, PropertyOwner.Subscribe, protocol);
        if (reason != Reason.Success) return reason;
        if (reader.AtEnd) return Reason.ProtocolError;
        while (!reader.AtEnd)
        {
            if (!reader.TryText(out var filter) || !reader.TryByte(out var options)) return Reason.MalformedPacket;
            if (!TopicFilter.IsFilter(filter)) return Reason.MalformedPacket;
            var reserved = protocol == Protocol.V5 ? 0xC0 : 0xFC;
            if ((options & reserved) != 0 || (options & 0x03) == 3) return Reason.MalformedPacket;
            if ((options & 0x30) == 0x30) return Reason.ProtocolError;
            if (TopicFilter.StartsShared(filter) && (options & 0x04) != 0) return Reason.ProtocolError;
        }

        return Reason.Success;
    }

    public static Reason CheckUnsubscribe(ReadOnlySpan<byte> body, Protocol protocol)
    {
        var reader = new FrameReader(body);
        var reason = ReadHead(ref reader, PropertyOwner.Unsubscribe, protocol);
        if (reason != Reason.Success) return reason;
        if (reader.AtEnd) return Reason.ProtocolError;
        while (!reader.AtEnd)
        {
            if (!reader.TryText(out var filter) || !TopicFilter.IsFilter(filter)) return Reason.MalformedPacket;
        }

        return Reason.Success;
    }

    public static Reason CheckDisconnect(
        ReadOnlySpan<byte> body, Protocol protocol, out byte code, out uint? sessionExpiry)
    {
        (code, sessionExpiry) = (0, null);
        var reader = new FrameReader(body);
        if (reader.AtEnd) return Reason.Success;
        if (protocol != Protocol.V5 || !reader.TryByte(out code)) return Reason.MalformedPacket;
        if (!AllowedAtEnd(code)) return Reason.ProtocolError;
        if (reader.AtEnd) return Reason.Success;
        var reason = PropertyGuard.Read(ref reader, PropertyOwner.Disconnect, out var values, out _);
        if (reason != Reason.Success) return reason;
        sessionExpiry = values.SessionExpiry;
        return reader.AtEnd ? Reason.Success : Reason.MalformedPacket;
    }

    /// <summary>PINGREQ has nothing behind its header.</summary>
    public static Reason CheckPing(ReadOnlySpan<byte> body) =>
        body.IsEmpty ? Reason.Success : Reason.MalformedPacket;

    private static Reason ReadHead(scoped ref FrameReader reader, PropertyOwner owner, Protocol protocol)
    {
        if (!reader.TryUInt16(out var packetId) || packetId == 0) return Reason.MalformedPacket;
        return protocol == Protocol.V5 ? PropertyGuard.Read(ref reader, owner, out _, out _) : Reason.Success;
    }

    private static bool Allowed(AckKind kind, byte code) => kind switch
    {
        AckKind.PubAck or AckKind.PubRec =>
            code is 0x00 or 0x10 or 0x80 or 0x83 or 0x87 or 0x90 or 0x91 or 0x97 or 0x99,
        _ => code is 0x00 or 0x92,
    };

    /// <summary>The reasons that a client may give at the end.</summary>
    private static bool AllowedAtEnd(byte code) => code is 0x00 or 0x04 or 0x80 or 0x81 or 0x82 or 0x83 or 0x90 or 0x93
        or 0x94 or 0x95 or 0x96 or 0x97 or 0x98 or 0x99;

    /// <summary>
    /// The copy is valid until the next packet on this thread; whoever keeps the message copies it again.
    /// </summary>
    private static ReadOnlySpan<byte> Forward(ReadOnlySpan<byte> properties)
    {
        if (forwarded is null || forwarded.Length < properties.Length) forwarded = new byte[properties.Length];
        return forwarded.AsSpan(0, PropertyGuard.CopyForwarded(properties, forwarded));
    }
}
