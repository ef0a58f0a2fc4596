using System.Buffers.Binary;
using MqttPay.Payments;

namespace MqttPay.Rounds;

/// <summary>The first 4,096 bytes of a segment: whose it is, where it starts and how its predecessor ended.</summary>
/// <param name="Number">From 1 in each fence, one more than the predecessor's.</param>
/// <param name="FirstRound">The first round in it, 0 when its first frame is not a round.</param>
/// <param name="RootBefore">The root before that round.</param>
/// <param name="Seed">Drawn for this segment; its frames' checksums begin with it.</param>
/// <param name="Align">Frames start at multiples of it: 8, or 4,096 where a torn block may harm its neighbours.</param>
/// <param name="Size">The length it was preallocated with. A shorter file was closed: a successor existed.</param>
public sealed record SegmentHeader(
    uint Edge,
    uint Fence,
    uint Number,
    long FirstLsn,
    long FirstRound,
    Hash RootBefore,
    uint Seed,
    int Align,
    long Size,
    long PreviousLastLsn,
    long PreviousLength)
{
    public const int Bytes = 4_096;
    public const uint Version = 1;

    private const int CrcOffset = Bytes - sizeof(uint);

    private static ReadOnlySpan<byte> Magic => "MQPYSEG\n"u8;

    public byte[] Encode()
    {
        var bytes = new byte[Bytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), Edge);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), Fence);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(20), Number);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), FirstLsn);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), FirstRound);
        RootBefore.Write(bytes.AsSpan(40));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(72), Seed);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(76), Align);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(80), PreviousLastLsn);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(88), PreviousLength);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(96), Size);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(CrcOffset), Crc32C.Of(0, bytes.AsSpan(0, CrcOffset)));
        return bytes;
    }

    /// <summary>Null when the bytes are no header. The version is told apart, since a newer one is no damage.</summary>
    public static SegmentHeader? Read(ReadOnlySpan<byte> bytes, out uint version)
    {
        version = 0;
        if (bytes.Length < Bytes || !bytes.StartsWith(Magic)) return null;

        var stored = BinaryPrimitives.ReadUInt32LittleEndian(bytes[CrcOffset..]);
        if (Crc32C.Of(0, bytes[..CrcOffset]) != stored) return null;

        version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (version != Version) return null;

        var header = new SegmentHeader(
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            Hash.Read(bytes[40..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[72..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[76..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[96..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[80..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[88..]));
        return header.Align is 8 or Bytes ? header : null;
    }
}
