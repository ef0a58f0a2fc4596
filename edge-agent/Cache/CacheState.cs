using System.Buffers.Binary;
using MqttPay.Rounds;

namespace MqttPay.EdgeAgent.Cache;

/// <summary>What the file beside LiteDB says about it: enough to decide whether it may be opened at all.</summary>
/// <param name="Pair">The same in here and in LiteDB, so that a file of another time is noticed.</param>
/// <param name="Closed">Whether it was closed in order; else the process died with it open.</param>
/// <param name="AppliedLsn">At a clean close; else 0.</param>
internal sealed record CacheState(Guid Pair, int Schema, CacheIdentity Identity, bool Closed, long AppliedLsn)
{
    /// <summary>Raised whenever what the rows hold changes: an older cache is made again.</summary>
    public const int SchemaVersion = 1;

    private const uint Magic = 0x3143_504D;   // "MPC1"
    private const int Size = 64;
    private const int Summed = Size - 4;

    public byte[] Encode()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), Schema);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Identity.Edge);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), Identity.Fence);
        Identity.BootId.TryWriteBytes(bytes.AsSpan(16));
        Pair.TryWriteBytes(bytes.AsSpan(32));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(48), AppliedLsn);
        bytes[56] = Closed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Summed), Crc32C.Of(Magic, bytes.AsSpan(0, Summed)));
        return bytes;
    }

    /// <summary>Returns null for anything that <see cref="Encode"/> did not write.</summary>
    public static CacheState? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic) return null;
        var sum = BinaryPrimitives.ReadUInt32LittleEndian(bytes[Summed..]);
        if (sum != Crc32C.Of(Magic, bytes[..Summed])) return null;
        return new(
            new(bytes[32..48]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
            new(
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]),
                new(bytes[16..32])),
            bytes[56] == 1,
            BinaryPrimitives.ReadInt64LittleEndian(bytes[48..]));
    }

    /// <summary>Whether files with this state may be opened; everything doubtful may not.</summary>
    public bool MayReopen(CacheIdentity now) =>
        Schema == SchemaVersion && Identity.Edge == now.Edge && Identity.Fence == now.Fence
        && (Closed || Identity.BootId == now.BootId);
}
