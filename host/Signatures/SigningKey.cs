using System.Security.Cryptography;
using NSec.Cryptography;

namespace MqttPay.Host.Signatures;

/// <summary>
/// A private key of a device, an edge or the cloud. Signs the bytes of a COSE Sig_structure. Not for several threads at
/// once.
/// </summary>
public sealed class SigningKey : IDisposable
{
    private readonly ECDsa? ecdsa;
    private readonly Key? ed25519;

    private SigningKey(ECDsa ecdsa)
    {
        this.ecdsa = ecdsa;
        var point = ecdsa.ExportParameters(includePrivateParameters: false).Q;
        Public = new(Wire.SignatureAlgorithm.Es256, [.. point.X!, .. point.Y!]);
    }

    private SigningKey(Key ed25519)
    {
        this.ed25519 = ed25519;
        Public = new(Wire.SignatureAlgorithm.EdDsa, ed25519.PublicKey.Export(KeyBlobFormat.RawPublicKey));
    }

    public Wire.PublicKey Public { get; }

    public static SigningKey Create(Wire.SignatureAlgorithm algorithm) => algorithm is Wire.SignatureAlgorithm.Es256
        ? new(ECDsa.Create(ECCurve.NamedCurves.nistP256))
        : new(Key.Create(NSec.Cryptography.SignatureAlgorithm.Ed25519, Exportable));

    /// <summary>
    /// Reads what <see cref="Export"/> wrote: one byte for the algorithm (7 or 8), then the 32-byte secret.
    /// </summary>
    public static SigningKey Import(ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, 33);
        if (secret[0] == 8)
            return new(Key.Import(
                NSec.Cryptography.SignatureAlgorithm.Ed25519, secret[1..], KeyBlobFormat.RawPrivateKey, Exportable));
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret[0], 7);
        return new(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = secret[1..].ToArray() }));
    }

    public byte[] Export() => ecdsa is not null
        ? [7, .. ecdsa.ExportParameters(includePrivateParameters: true).D!]
        : [8, .. ed25519!.Export(KeyBlobFormat.RawPrivateKey)];

    /// <summary>Signs; always 64 bytes (ES256: r ‖ s).</summary>
    public byte[] Sign(ReadOnlySpan<byte> toBeSigned) => ecdsa is not null
        ? ecdsa.SignData(toBeSigned, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
        : NSec.Cryptography.SignatureAlgorithm.Ed25519.Sign(ed25519!, toBeSigned);

    public void Dispose()
    {
        ecdsa?.Dispose();
        ed25519?.Dispose();
    }

    private static KeyCreationParameters Exportable =>
        new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };
}
