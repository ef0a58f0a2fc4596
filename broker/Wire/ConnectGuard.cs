using MqttPay.Broker.Machine;

namespace MqttPay.Broker.Wire;

/// <summary>Checks the body of a CONNECT before anything is decoded from it.</summary>
internal static class ConnectGuard
{
    private const byte Reserved = 0x01;
    private const byte CleanFlag = 0x02;
    private const byte WillFlag = 0x04;
    private const byte WillBits = 0x38;
    private const byte PasswordFlag = 0x40;
    private const byte UserFlag = 0x80;

    public static Reason Check(byte first, ReadOnlySpan<byte> body, bool legacy, out ConnectView view)
    {
        view = default;
        var reader = new FrameReader(body);
        if (!reader.TryText(out var name) || !reader.TryByte(out var level)) return Reason.MalformedPacket;
        view.Protocol = Known(name, level, legacy);
        if (view.Protocol == Protocol.None)
        {
            // An unknown level is refused in the words of the newest version; an old name in those of the old one.
            view.Protocol = level is Protocol31Level or Protocol311Level ? Protocol.V311 : Protocol.V5;
            return Reason.UnsupportedProtocol;
        }

        var old = view.Protocol == Protocol.V31;
        if ((first & 0x0F) != 0 && !old) return Reason.MalformedPacket;
        if (!reader.TryByte(out var flags) || ((flags & Reserved) != 0 && !old)) return Reason.MalformedPacket;
        if ((flags & WillFlag) == 0 && (flags & WillBits) != 0) return Reason.MalformedPacket;
        if ((flags & 0x18) == 0x18) return Reason.MalformedPacket;
        if (view.Protocol != Protocol.V5 && (flags & (UserFlag | PasswordFlag)) == PasswordFlag)
        {
            return Reason.MalformedPacket;
        }

        if (!reader.TryUInt16(out _)) return Reason.MalformedPacket;
        return CheckPayload(ref reader, flags, body.Length, ref view);
    }

    private const byte Protocol31Level = (byte)Protocol.V31;
    private const byte Protocol311Level = (byte)Protocol.V311;

    private static Protocol Known(ReadOnlySpan<byte> name, byte level, bool legacy)
    {
        if (name.SequenceEqual("MQTT"u8) && level is (byte)Protocol.V311 or (byte)Protocol.V5) return (Protocol)level;
        return legacy && name.SequenceEqual("MQIsdp"u8) && level == Protocol31Level ? Protocol.V31 : Protocol.None;
    }

    private static Reason CheckPayload(scoped ref FrameReader reader, byte flags, int length, ref ConnectView view)
    {
        var reason = Reason.Success;
        var newest = view.Protocol == Protocol.V5;
        if (newest) reason = PropertyGuard.Read(ref reader, PropertyOwner.Connect, out view.Properties, out _);
        if (reason != Reason.Success) return reason;
        if (!reader.TryText(out var clientId)) return Reason.MalformedPacket;
        // Without clean session nobody could come back to a session whose name the client does not know.
        var named = newest || (view.Protocol == Protocol.V311 && (flags & CleanFlag) != 0) || !clientId.IsEmpty;
        if (!named) return Reason.ClientIdNotValid;
        if ((flags & WillFlag) != 0) reason = CheckWill(ref reader, newest, length, ref view);
        if (reason != Reason.Success) return reason;
        if ((flags & UserFlag) != 0 && !reader.TryText(out _)) return Reason.MalformedPacket;
        if ((flags & PasswordFlag) != 0 && !reader.TryBinary(out _)) return Reason.MalformedPacket;
        if (!reader.AtEnd) return Reason.MalformedPacket;
        return view.Properties.HasAuthenticationMethod ? Reason.BadAuthenticationMethod : Reason.Success;
    }

    private static Reason CheckWill(scoped ref FrameReader reader, bool newest, int length, ref ConnectView view)
    {
        if (newest)
        {
            var reason = PropertyGuard.Read(ref reader, PropertyOwner.Will, out var values, out var bytes);
            if (reason != Reason.Success) return reason;
            var end = length - reader.Rest.Length;
            view.WillProperties = (end - bytes.Length)..end;
            (view.WillDelay, view.WillExpiry) = (values.WillDelay ?? 0, values.MessageExpiry);
        }

        if (!reader.TryText(out var topic) || !reader.TryBinary(out _)) return Reason.MalformedPacket;
        return TopicFilter.IsTopic(topic) ? Reason.Success : Reason.TopicNameInvalid;
    }
}
