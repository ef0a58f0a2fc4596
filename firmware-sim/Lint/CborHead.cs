using System.Buffers.Binary;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Lint;

/// <summary>
/// The head of one CBOR item, read leniently: to explain what a sender wrote, not to accept it. The strict reader of
/// the product is in <c>core/Wire</c>.
/// </summary>
/// <param name="Size">Bytes of the head itself.</param>
/// <param name="Indefinite">The item has no length and ends at a break.</param>
internal readonly record struct CborHead(int Offset, int Size, int Major, ulong Value, bool Indefinite)
{
    public const int Unsigned = 0, Negative = 1, Bytes = 2, Text = 3, Array = 4, Map = 5, Tag = 6, Simple = 7;

    public int Next => Offset + Size;

    /// <summary>How many bytes the shortest head with this value takes.</summary>
    public int ShortestSize => Value switch { < 24 => 1, < 256 => 2, < 65_536 => 3, <= uint.MaxValue => 5, _ => 9 };

    public static WireError TryRead(ReadOnlySpan<byte> bytes, int at, out CborHead head)
    {
        head = default;
        if (at >= bytes.Length) return WireError.Truncated;
        var major = bytes[at] >> 5;
        var info = bytes[at] & 31;
        if (info is 28 or 29 or 30) return WireError.ReservedInfo;
        if (info == 31)
        {
            head = new(at, 1, major, 0, true);
            return WireError.None;
        }

        var extra = info < 24 ? 0 : 1 << (info - 24);
        if (bytes.Length - at - 1 < extra) return WireError.Truncated;
        var argument = bytes.Slice(at + 1, extra);
        head = new(at, 1 + extra, major, ValueOf(info, argument), false);
        return WireError.None;
    }

    /// <summary>The head of the shortest form, to show what was wanted.</summary>
    public byte[] Shortest()
    {
        var first = (byte)(Major << 5);
        if (Value < 24) return [(byte)(first | (byte)Value)];
        Span<byte> value = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(value, Value);
        var size = ShortestSize - 1;
        var info = size switch { 1 => 24, 2 => 25, 4 => 26, _ => 27 };
        return [(byte)(first | info), .. value[^size..]];
    }

    private static ulong ValueOf(int info, ReadOnlySpan<byte> argument) => argument.Length switch
    {
        0 => (ulong)info,
        1 => argument[0],
        2 => BinaryPrimitives.ReadUInt16BigEndian(argument),
        4 => BinaryPrimitives.ReadUInt32BigEndian(argument),
        _ => BinaryPrimitives.ReadUInt64BigEndian(argument),
    };
}
