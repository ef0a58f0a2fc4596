namespace MqttPay.Wire;

/// <summary>{1: edge, 2: fence, 3: round-no, 4: root}; the round may be 0 in a fence order.</summary>
public static class AckCodec
{
    public static byte[] Encode(Ack ack) => new StrictWriter(64).Map(4)
        .Unsigned(1).Unsigned(ack.Edge)
        .Unsigned(2).Unsigned(ack.Fence)
        .Unsigned(3).Unsigned(ack.Round)
        .Unsigned(4).Hash(ack.Root)
        .ToArray();

    public static WireError TryParse(ReadOnlySpan<byte> payload, out Ack? ack)
    {
        ack = null;
        if (payload.IsEmpty) return WireError.Empty;
        var reader = new StrictReader(payload);
        var outer = reader.StartMap();
        var edge = reader.Required(1) ? reader.U32() : 0;
        var fence = reader.Required(2) ? reader.U32() : 0;
        var round = reader.Required(3) ? reader.U63OrZero() : 0;
        var root = reader.Required(4) ? reader.Hash() : default;
        reader.EndMap(outer);
        if (reader.End() is not WireError.None and var error) return error;
        ack = new(edge, fence, round, root);
        return WireError.None;
    }
}
