using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>{1: version, 2: [* kid]}, the kids ascending.</summary>
public static class DenyListCodec
{
    public static byte[] Encode(DenyList list)
    {
        var writer = new StrictWriter(32 + list.Keys.Count * 9).Map(2)
            .Unsigned(1).Unsigned(list.Version)
            .Unsigned(2).Array(list.Keys.Count);
        foreach (var kid in list.Keys) writer.Bytes8(kid.Value);
        return writer.ToArray();
    }

    public static WireError TryParse(ReadOnlySpan<byte> payload, out DenyList? list)
    {
        list = null;
        if (payload.IsEmpty) return WireError.Empty;
        var reader = new StrictReader(payload);
        var outer = reader.StartMap();
        var version = reader.Required(1) ? reader.U32() : 0;
        var keys = new List<KeyId>();
        if (reader.Required(2))
            for (var left = reader.Array(0, WireLimits.DenyKeysMax); left > 0 && reader.Ok; left--)
            {
                var kid = reader.Kid();
                if (keys.Count > 0 && keys[^1].CompareTo(kid) >= 0) reader.Fail(WireError.LabelOrder);
                keys.Add(kid);
            }
        reader.EndMap(outer);
        if (reader.End() is not WireError.None and var error) return error;
        list = new(version, keys);
        return WireError.None;
    }
}
