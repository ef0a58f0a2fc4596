using System.Buffers.Binary;

namespace MqttPay.Rounds;

/// <summary>
/// The bytes of one frame, little-endian: CRC32C of all that follows (begun with the segment's seed), payload length,
/// LSN, fence, incarnation, kind, flags, reserved, payload, zeros to a multiple of 8.
/// </summary>
public static class JournalFrame
{
    public const int HeadSize = 32;
    public const int Alignment = 8;
    public const int PayloadMax = 1 << 20;
    public const int SizeMax = HeadSize + PayloadMax;

    public static int SizeOf(int payloadLength) => (HeadSize + payloadLength + Alignment - 1) & -Alignment;

    /// <summary>Writes a frame and returns its size. The target must hold <see cref="SizeOf"/> bytes.</summary>
    public static int Write(
        Span<byte> target, uint seed, long lsn, uint fence, uint incarnation, ushort kind, ReadOnlySpan<byte> payload)
    {
        Invariant.Holds(payload.Length is > 0 and <= PayloadMax && lsn > 0);
        var frame = target[..SizeOf(payload.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(frame[4..], payload.Length);
        BinaryPrimitives.WriteInt64LittleEndian(frame[8..], lsn);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[16..], fence);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[20..], incarnation);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[24..], kind);
        payload.CopyTo(frame[HeadSize..]);
        frame[(HeadSize + payload.Length)..].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Crc32C.Of(seed, frame[4..]));
        return frame.Length;
    }

    /// <summary>Looks at the bytes from where a frame would start to, at most, the end of the segment.</summary>
    public static FrameCheck Check(ReadOnlySpan<byte> bytes, uint seed, out FrameHead head)
    {
        head = default;
        if (!bytes[..Math.Min(HeadSize, bytes.Length)].ContainsAnyExcept((byte)0)) return FrameCheck.Zeros;
        if (bytes.Length < HeadSize) return FrameCheck.Bad;

        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        if (length is <= 0 or > PayloadMax || SizeOf(length) > bytes.Length) return FrameCheck.Bad;

        var stored = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (Crc32C.Of(seed, bytes[4..SizeOf(length)]) != stored && !Planted.Is(Bug.P7)) return FrameCheck.Bad;

        var kindAndFlags = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
        head = new FrameHead(
            LsnAt(bytes),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]),
            (ushort)(kindAndFlags & 0xFFFF),
            kindAndFlags >> 16,
            length);
        return FrameCheck.Good;
    }

    internal static long LsnAt(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
}
