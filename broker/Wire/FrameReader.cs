using System.Buffers.Binary;
using System.Text.Unicode;

namespace MqttPay.Broker.Wire;

/// <summary>Reads a frame's fields. Every length is checked against what is left; nothing is copied.</summary>
internal ref struct FrameReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    public readonly ReadOnlySpan<byte> Rest => rest;

    public readonly bool AtEnd => rest.IsEmpty;

    public bool TryByte(out byte value)
    {
        value = 0;
        if (rest.IsEmpty) return false;
        value = rest[0];
        rest = rest[1..];
        return true;
    }

    public bool TryUInt16(out ushort value)
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(rest, out value)) return false;
        rest = rest[2..];
        return true;
    }

    public bool TryUInt32(out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(rest, out value)) return false;
        rest = rest[4..];
        return true;
    }

    /// <summary>One to four bytes, in the shortest form.</summary>
    public bool TryVariable(out uint value)
    {
        value = 0;
        for (var at = 0; at < 4 && at < rest.Length; at++)
        {
            value |= (uint)(rest[at] & 0x7F) << (7 * at);
            if (rest[at] >= 0x80) continue;
            if (at > 0 && rest[at] == 0) return false;
            rest = rest[(at + 1)..];
            return true;
        }

        return false;
    }

    public bool TryTake(uint length, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (length > (uint)rest.Length) return false;
        taken = rest[..(int)length];
        rest = rest[(int)length..];
        return true;
    }

    public bool TryBinary(out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryUInt16(out var length) && TryTake(length, out value);
    }

    public bool TryText(out ReadOnlySpan<byte> value) => TryBinary(out value) && IsText(value);

    /// <summary>
    /// UTF-8 without surrogates, NUL and the other control characters: what one end prints must not be able to
    /// drive the other end's terminal or log.
    /// </summary>
    public static bool IsText(ReadOnlySpan<byte> text)
    {
        if (text.ContainsAnyInRange((byte)0x00, (byte)0x1F) || text.Contains((byte)0x7F)) return false;
        if (!text.ContainsAnyInRange((byte)0x80, (byte)0xFF)) return true;
        if (!Utf8.IsValid(text)) return false;
        for (var at = text.IndexOf((byte)0xC2); at >= 0 && at + 1 < text.Length; at++)
        {
            // U+0080 to U+009F are C2 80 to C2 9F; C2 is never a continuation byte.
            if (text[at] == 0xC2 && text[at + 1] < 0xA0) return false;
        }

        return true;
    }
}
