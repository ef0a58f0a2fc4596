using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Simulation.Kernel;

/// <summary>
/// Signatures as the simulation makes them: a keyed 64-bit tag in the shape of an ES256 signature. Whoever does not
/// know the secret makes none that verifies.
/// </summary>
internal static class Tags
{
    public const int Size = 64;
    private const int TagAt = 8, VariantAt = 40;

    /// <param name="variant">Other bytes that verify as well, as ES256 has them.</param>
    public static byte[] Sign(ulong secret, Hash digest, byte variant = 1)
    {
        var signature = new byte[Size];
        Array.Fill(signature, (byte)1);
        BitConverter.TryWriteBytes(signature.AsSpan(TagAt), Of(secret, digest));
        signature[VariantAt] = variant;
        return signature;
    }

    public static bool Verify(ulong secret, Hash digest, ReadOnlySpan<byte> signature) =>
        signature.Length == Size && BitConverter.ToUInt64(signature[TagAt..]) == Of(secret, digest);

    /// <summary>A document of the cloud as it travels and is journalled.</summary>
    public static byte[] Document(byte[] payload) =>
        CoseSign1.Encode(new(9), SignatureAlgorithm.Es256, payload, Sign(9, default));

    public static byte[] Round(KeyId edge, ulong secret, byte[] header, Hash root) =>
        CoseSign1.Encode(edge, SignatureAlgorithm.Es256, header, Sign(secret, root));

    private static ulong Of(ulong secret, Hash digest)
    {
        unchecked
        {
            var mixed = (secret ^ (ulong)digest.High) * 0x9E3779B97F4A7C15;
            mixed = (mixed ^ (mixed >> 31) ^ (ulong)(digest.High >> 64)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 29) ^ (ulong)digest.Low ^ (ulong)(digest.Low >> 64)) * 0x94D049BB133111EB;
            return (mixed ^ (mixed >> 31)) | 1;
        }
    }
}
