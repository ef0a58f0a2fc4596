using System.Buffers.Binary;
using System.Security.Cryptography;
using MqttPay.Rounds;

namespace MqttPay.EdgeAgent.Storage;

/// <summary>
/// The bytes of a snapshot file, little-endian: magic, version, edge, fence, 0, LSN, body length, CRC32C of the body,
/// CRC32C of these fields, the body, and SHA-256 over all of it.
/// </summary>
internal static class SnapshotFile
{
    public const uint Version = 1;

    private const int HeadSize = 48;
    private const int HeadCrc = 44;

    private static ReadOnlySpan<byte> Magic => "MQPYSNP\n"u8;

    public static byte[] Encode(uint edge, uint fence, Snapshot snapshot)
    {
        var body = snapshot.Body;
        var bytes = new byte[HeadSize + body.Length + SHA256.HashSizeInBytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), edge);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), fence);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), snapshot.Lsn);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(40), Crc32C.Of(0, body));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(HeadCrc), Crc32C.Of(0, bytes.AsSpan(0, HeadCrc)));
        body.CopyTo(bytes.AsSpan(HeadSize));
        SHA256.HashData(bytes.AsSpan(0, HeadSize + body.Length), bytes.AsSpan(HeadSize + body.Length));
        return bytes;
    }

    /// <summary>The snapshot of this edge, fence and LSN, or null when the bytes are not exactly that.</summary>
    public static Snapshot? Read(ReadOnlySpan<byte> bytes, uint edge, uint fence, long lsn)
    {
        if (bytes.Length < HeadSize + SHA256.HashSizeInBytes || !bytes.StartsWith(Magic)) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[HeadCrc..]) != Crc32C.Of(0, bytes[..HeadCrc])) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) != Version) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]) != edge) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]) != fence) return null;
        if (BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]) != lsn) return null;

        var body = bytes[HeadSize..^SHA256.HashSizeInBytes];
        if (BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]) != body.Length) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[40..]) != Crc32C.Of(0, body)) return null;

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..^SHA256.HashSizeInBytes], hash);
        return hash.SequenceEqual(bytes[^SHA256.HashSizeInBytes..]) ? new Snapshot(lsn, body.ToArray()) : null;
    }
}
