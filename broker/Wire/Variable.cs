namespace MqttPay.Broker.Wire;

/// <summary>The variable byte integer, written in its shortest form.</summary>
internal static class Variable
{
    public static int Size(uint value) => value switch
    {
        < 1 << 7 => 1,
        < 1 << 14 => 2,
        < 1 << 21 => 3,
        _ => 4,
    };

    public static int Write(Span<byte> target, uint value)
    {
        var at = 0;
        for (; value >= 0x80; value >>= 7) target[at++] = (byte)((value & 0x7F) | 0x80);
        target[at++] = (byte)value;
        return at;
    }
}
