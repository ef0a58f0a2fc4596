using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>
/// A raw public key with its pinned algorithm: x ‖ y (64 bytes) for ES256, the point (32 bytes) for Ed25519.
/// </summary>
public sealed class PublicKey : IEquatable<PublicKey>
{
    private static readonly byte[] Ec2Start = [0xa4, 0x01, 0x02, 0x20, 0x01, 0x21, 0x58, 0x20];
    private static readonly byte[] Ec2Middle = [0x22, 0x58, 0x20];
    private static readonly byte[] OkpStart = [0xa3, 0x01, 0x01, 0x20, 0x06, 0x21, 0x58, 0x20];

    public PublicKey(SignatureAlgorithm algorithm, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, algorithm is SignatureAlgorithm.Es256 ? 64 : 32);
        Algorithm = algorithm;
        Bytes = bytes.ToArray();
        Id = KeyId.Read(Hash.Of(ToCoseKey()).ToArray());
    }

    public SignatureAlgorithm Algorithm { get; }

    public byte[] Bytes { get; }

    /// <summary>First 8 bytes of the RFC 9679 thumbprint.</summary>
    public KeyId Id { get; }

    /// <summary>The deterministic COSE_Key with only its required members (RFC 9679): 75 or 40 bytes.</summary>
    public byte[] ToCoseKey() => Algorithm is SignatureAlgorithm.Es256
        ? [.. Ec2Start, .. Bytes.AsSpan(0, 32), .. Ec2Middle, .. Bytes.AsSpan(32, 32)]
        : [.. OkpStart, .. Bytes];

    /// <summary>Reads exactly the form that <see cref="ToCoseKey"/> writes; anything else is no key.</summary>
    public static PublicKey? FromCoseKey(ReadOnlySpan<byte> cose)
    {
        if (cose.Length == 40 && cose.StartsWith(OkpStart)) return new(SignatureAlgorithm.EdDsa, cose[8..]);
        if (cose.Length != 75 || !cose.StartsWith(Ec2Start) || !cose[40..].StartsWith(Ec2Middle)) return null;
        return new(SignatureAlgorithm.Es256, [.. cose[8..40], .. cose[43..]]);
    }

    public bool Equals(PublicKey? other) =>
        other is not null && Algorithm == other.Algorithm && Bytes.AsSpan().SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    public override int GetHashCode() => Id.Value.GetHashCode();
}
