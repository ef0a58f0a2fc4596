using MqttPay.Broker.Machine;

namespace MqttPay.Broker.Wire;

/// <summary>Properties by a table: allowed here, not repeated, of the right form and range.</summary>
internal static class PropertyGuard
{
    public const int UserPropertiesMax = 16;
    public const int UserPropertyBytesMax = 1024;

    private const byte MessageExpiry = 0x02;
    private const byte TopicAlias = 0x23;
    private const byte UserProperty = 0x26;

    private enum Form : byte
    {
        None,
        Flag,
        Two,
        TwoNotZero,
        Four,
        FourNotZero,
        VariableNotZero,
        Text,
        Topic,
        Binary,
        Pair,
    }

    private static readonly (Form Form, PropertyOwner Owners)[] Table = MakeTable();

    /// <summary>Reads the length and the properties behind it.</summary>
    public static Reason Read(
        scoped ref FrameReader frame, PropertyOwner owner, out Properties values, out ReadOnlySpan<byte> bytes)
    {
        values = default;
        bytes = default;
        if (!frame.TryVariable(out var length) || !frame.TryTake(length, out bytes)) return Reason.MalformedPacket;
        var reader = new FrameReader(bytes);
        var seen = 0UL;
        var (users, userBytes) = (0, 0);
        while (!reader.AtEnd)
        {
            var before = reader.Rest.Length;
            if (!reader.TryByte(out var id) || id >= Table.Length || Table[id].Form == Form.None)
            {
                return Reason.MalformedPacket;
            }

            if ((Table[id].Owners & owner) == 0) return Reason.ProtocolError;
            if (id != UserProperty && (seen & (1UL << id)) != 0) return Reason.ProtocolError;
            seen |= 1UL << id;
            var reason = ReadValue(ref reader, id, ref values);
            if (reason != Reason.Success) return reason;
            if (id != UserProperty) continue;
            userBytes += before - reader.Rest.Length;
            if (++users > UserPropertiesMax || userBytes > UserPropertyBytesMax) return Reason.QuotaExceeded;
        }

        return values is { HasAuthenticationData: true, HasAuthenticationMethod: false }
            ? Reason.ProtocolError
            : Reason.Success;
    }

    /// <summary>Copies what travels on with a message: all but its alias and its expiry.</summary>
    public static int CopyForwarded(ReadOnlySpan<byte> properties, Span<byte> target)
    {
        var written = 0;
        var reader = new FrameReader(properties);
        while (!reader.AtEnd)
        {
            var start = reader.Rest;
            var values = default(Properties);
            reader.TryByte(out var id);
            ReadValue(ref reader, id, ref values);
            if (id is MessageExpiry or TopicAlias or 0x18) continue;
            var length = start.Length - reader.Rest.Length;
            start[..length].CopyTo(target[written..]);
            written += length;
        }

        return written;
    }

    private static Reason ReadValue(ref FrameReader reader, byte id, ref Properties values)
    {
        ushort two = 0;
        uint four = 0;
        var form = Table[id].Form;
        byte flag = 0;
        var text = default(ReadOnlySpan<byte>);
        var read = form switch
        {
            Form.Flag => reader.TryByte(out flag),
            Form.Two or Form.TwoNotZero => reader.TryUInt16(out two),
            Form.Four or Form.FourNotZero => reader.TryUInt32(out four),
            Form.VariableNotZero => reader.TryVariable(out four),
            Form.Text or Form.Topic => reader.TryText(out text),
            Form.Binary => reader.TryBinary(out _),
            Form.Pair => reader.TryText(out _) && reader.TryText(out _),
            _ => false,
        };
        if (!read) return Reason.MalformedPacket;
        if (form == Form.Flag && flag > 1) return Reason.ProtocolError;
        if (form == Form.TwoNotZero && two == 0)
        {
            return id == TopicAlias ? Reason.TopicAliasInvalid : Reason.ProtocolError;
        }

        if (form is Form.FourNotZero or Form.VariableNotZero && four == 0) return Reason.ProtocolError;
        if (form == Form.Topic && !TopicFilter.IsTopic(text)) return Reason.ProtocolError;
        Keep(id, two, four, ref values);
        return Reason.Success;
    }

    private static void Keep(byte id, ushort two, uint four, ref Properties values)
    {
        switch (id)
        {
            case MessageExpiry: values.MessageExpiry = four; break;
            case 0x0B: values.SubscriptionId = four; break;
            case 0x11: values.SessionExpiry = four; break;
            case 0x15: values.HasAuthenticationMethod = true; break;
            case 0x16: values.HasAuthenticationData = true; break;
            case 0x18: values.WillDelay = four; break;
            case 0x21: values.ReceiveMax = two; break;
            case 0x22: values.AliasMax = two; break;
            case TopicAlias: values.Alias = two; break;
            case 0x27: values.PacketMax = four; break;
            default: break;
        }
    }

    private static (Form Form, PropertyOwner Owners)[] MakeTable()
    {
        const PropertyOwner message = PropertyOwner.Publish | PropertyOwner.Will;
        const PropertyOwner all = message | PropertyOwner.Connect | PropertyOwner.Acknowledgement
            | PropertyOwner.Subscribe | PropertyOwner.Unsubscribe | PropertyOwner.Disconnect;
        var table = new (Form, PropertyOwner)[0x2B];
        table[0x01] = (Form.Flag, message);
        table[MessageExpiry] = (Form.Four, message);
        table[0x03] = (Form.Text, message);
        table[0x08] = (Form.Topic, message);
        table[0x09] = (Form.Binary, message);
        table[0x0B] = (Form.VariableNotZero, PropertyOwner.Subscribe);
        table[0x11] = (Form.Four, PropertyOwner.Connect | PropertyOwner.Disconnect);
        table[0x12] = (Form.Text, PropertyOwner.None);
        table[0x13] = (Form.Two, PropertyOwner.None);
        table[0x15] = (Form.Text, PropertyOwner.Connect);
        table[0x16] = (Form.Binary, PropertyOwner.Connect);
        table[0x17] = (Form.Flag, PropertyOwner.Connect);
        table[0x18] = (Form.Four, PropertyOwner.Will);
        table[0x19] = (Form.Flag, PropertyOwner.Connect);
        table[0x1A] = (Form.Text, PropertyOwner.None);
        table[0x1C] = (Form.Text, PropertyOwner.None);
        table[0x1F] = (Form.Text, PropertyOwner.Acknowledgement | PropertyOwner.Disconnect);
        table[0x21] = (Form.TwoNotZero, PropertyOwner.Connect);
        table[0x22] = (Form.Two, PropertyOwner.Connect);
        table[TopicAlias] = (Form.TwoNotZero, PropertyOwner.Publish);
        table[0x24] = (Form.Flag, PropertyOwner.None);
        table[0x25] = (Form.Flag, PropertyOwner.None);
        table[UserProperty] = (Form.Pair, all);
        table[0x27] = (Form.FourNotZero, PropertyOwner.Connect);
        table[0x28] = (Form.Flag, PropertyOwner.None);
        table[0x29] = (Form.Flag, PropertyOwner.None);
        table[0x2A] = (Form.Flag, PropertyOwner.None);
        return table;
    }
}
