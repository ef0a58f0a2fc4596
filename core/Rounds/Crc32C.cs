using System.Buffers.Binary;
using System.Numerics;

namespace MqttPay.Rounds;

/// <summary>CRC-32C (Castagnoli), which processors compute themselves.</summary>
public static class Crc32C
{
    /// <summary>
    /// The checksum begun with a seed; seed 0 gives the standard value. Two seeds never give the same checksum for the
    /// same bytes, so bytes of one file cannot pass for bytes of another.
    /// </summary>
    public static uint Of(uint seed, ReadOnlySpan<byte> bytes)
    {
        var crc = ~seed;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var next in bytes)
            crc = BitOperations.Crc32C(crc, next);
        return ~crc;
    }
}
