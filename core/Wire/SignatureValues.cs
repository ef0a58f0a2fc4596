namespace MqttPay.Wire;

/// <summary>Refuses signature values that no honest signer makes, without any curve arithmetic.</summary>
internal static class SignatureValues
{
    /// <summary>n, the order of P-256, big-endian.</summary>
    private static ReadOnlySpan<byte> P256Order =>
    [
        0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];

    /// <summary>L, the order of Ed25519's base point, little-endian.</summary>
    private static ReadOnlySpan<byte> Ed25519Order =>
    [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10,
    ];

    /// <summary>ES256: r and s in 1 to n-1; a high s is accepted. Ed25519: S below L.</summary>
    public static bool InRange(SignatureAlgorithm algorithm, ReadOnlySpan<byte> signature) =>
        algorithm is SignatureAlgorithm.Es256
            ? IsP256Scalar(signature[..32]) && IsP256Scalar(signature[32..])
            : IsBelowEd25519Order(signature[32..]);

    private static bool IsP256Scalar(ReadOnlySpan<byte> value) =>
        value.ContainsAnyExcept((byte)0) && value.SequenceCompareTo(P256Order) < 0;

    private static bool IsBelowEd25519Order(ReadOnlySpan<byte> value)
    {
        for (var i = value.Length - 1; i >= 0; i--)
            if (value[i] != Ed25519Order[i]) return value[i] < Ed25519Order[i];
        return false;
    }
}
