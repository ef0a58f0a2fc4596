using System.Security.Cryptography;
using NSec.Cryptography;

namespace MqttPay.Host.Signatures;

/// <summary>
/// A public key ready to verify. A live ES256 key takes about 4.5 kB: keep few. Not for several threads at once.
/// </summary>
public sealed class VerifyingKey : IDisposable
{
    private readonly ECDsa? ecdsa;
    private readonly NSec.Cryptography.PublicKey? ed25519;

    private VerifyingKey(ECDsa? ecdsa, NSec.Cryptography.PublicKey? ed25519)
    {
        this.ecdsa = ecdsa;
        this.ed25519 = ed25519;
    }

    /// <summary>Returns null when the bytes are no point on the curve, or one of small order.</summary>
    public static VerifyingKey? TryCreate(Wire.PublicKey key)
    {
        if (key.Algorithm is Wire.SignatureAlgorithm.EdDsa)
            return !SmallOrder.Has(key.Bytes) && NSec.Cryptography.PublicKey.TryImport(
                NSec.Cryptography.SignatureAlgorithm.Ed25519, key.Bytes, KeyBlobFormat.RawPublicKey, out var imported)
                ? new(null, imported)
                : null;
        try
        {
            var point = new ECPoint { X = key.Bytes[..32], Y = key.Bytes[32..] };
            return new(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point }), null);
        }
        catch (CryptographicException)
        {
            return null;   // Off the curve: the caller treats it as an unknown key.
        }
    }

    public bool Verify(ReadOnlySpan<byte> toBeSigned, ReadOnlySpan<byte> signature) => ecdsa is not null
        ? ecdsa.VerifyData(
            toBeSigned, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
        : NSec.Cryptography.SignatureAlgorithm.Ed25519.Verify(ed25519!, toBeSigned, signature);

    public void Dispose() => ecdsa?.Dispose();
}
