namespace MqttPay.Wire;

/// <summary>{1: kid, 2: version, 3: epoch, 4: edge, 5: bstr .cbor cose-key, 6: currency, 7: unix, 8: minor}.</summary>
public static class ConfigCodec
{
    /// <summary>A COSE_Key of ES256; one of Ed25519 takes 40 bytes.</summary>
    internal const int CoseKeyMax = 75;

    public static byte[] Encode(DeviceConfig config) => new StrictWriter(192).Map(8)
        .Unsigned(1).Bytes8(config.Kid.Value)
        .Unsigned(2).Unsigned(config.Version)
        .Unsigned(3).Unsigned(config.Epoch)
        .Unsigned(4).Unsigned(config.Edge)
        .Unsigned(5).Bytes(config.EdgeKey.ToCoseKey())
        .Unsigned(6).Unsigned(config.Currency)
        .Unsigned(7).Unsigned(config.Unix)
        .Unsigned(8).Unsigned(config.Minor)
        .ToArray();

    public static WireError TryParse(ReadOnlySpan<byte> payload, out DeviceConfig? config)
    {
        config = null;
        if (payload.IsEmpty) return WireError.Empty;
        var reader = new StrictReader(payload);
        var outer = reader.StartMap();
        var kid = reader.Required(1) ? reader.Kid() : default;
        var version = reader.Required(2) ? reader.U63() : 0;
        var epoch = reader.Required(3) ? reader.U32() : 0;
        var edge = reader.Required(4) ? reader.U32() : 0;
        var key = reader.Required(5) ? ReadKey(ref reader) : null;
        var currency = reader.Required(6) ? reader.Currency() : 0;
        var unix = reader.Required(7) ? reader.U32OrZero() : 0;
        var minor = reader.Required(8) ? (byte)reader.Small(0, 255) : (byte)0;
        reader.EndMap(outer);
        if (reader.End() is not WireError.None and var error) return error;
        config = new(kid, version, epoch, edge, key!, currency, unix, minor);
        return WireError.None;
    }

    internal static PublicKey? ReadKey(ref StrictReader reader)
    {
        var bytes = reader.Bytes(1, CoseKeyMax);
        if (!reader.Ok) return null;
        var key = PublicKey.FromCoseKey(bytes);
        if (key is null) reader.Fail(WireError.OutOfRange);
        return key;
    }
}
