using System.Buffers.Binary;
using System.Security.Cryptography;
using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>
/// 8 bytes that a device stores and echoes: root[0..4] ‖ HMAC-SHA-256(key, fence u32 BE ‖ round u64 BE ‖
/// root[0..4])[0..4]. The key is shared by an edge and the cloud, so no device can invent a round.
/// </summary>
public static class Witness
{
    public static ulong Of(ReadOnlySpan<byte> key, uint fence, long round, Hash root) =>
        Of(key, fence, round, RootPart(root));

    /// <summary>
    /// Whether the edge that holds the key made this receipt's witness. Which root it names is another question.
    /// </summary>
    public static bool Matches(ReadOnlySpan<byte> key, LastReceipt receipt) =>
        Of(key, receipt.Fence, receipt.Round, (uint)(receipt.Witness >> 32)) == receipt.Witness;

    /// <summary>The first four bytes of a root, as a witness holds them.</summary>
    public static uint RootPart(Hash root) => (uint)(root.High >> 96);

    /// <summary>Whether a witness names this root.</summary>
    public static bool Names(ulong witness, Hash root) => (uint)(witness >> 32) == RootPart(root);

    private static ulong Of(ReadOnlySpan<byte> key, uint fence, long round, uint rootPart)
    {
        Span<byte> input = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(input, fence);
        BinaryPrimitives.WriteInt64BigEndian(input[4..], round);
        BinaryPrimitives.WriteUInt32BigEndian(input[12..], rootPart);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, input, mac);
        return (ulong)rootPart << 32 | BinaryPrimitives.ReadUInt32BigEndian(mac);
    }
}
