using System.Text.Json;
using MqttPay.Payments;
using MqttPay.UnitTests.Tidy;
using MqttPay.Wire;

namespace MqttPay.UnitTests.Core.Wire;

/// <summary>
/// ES256 signatures differ each time they are made, so those of the vector files are kept, by the digest of what they
/// sign. A missing one is made; the test that compares the files tells how to keep it.
/// </summary>
internal static class VectorSignatures
{
    public const string File = "tests/vectors/es256-signatures.json";

    private static readonly Lock access = new();
    private static readonly SortedDictionary<string, string> known = Load();

    /// <summary>A signed message whose bytes are the same at every run, whatever the algorithm.</summary>
    public static byte[] Message(PaymentRequest request, TestKey key) =>
        Message(MessageKind.Request, RequestCodec.EncodePayload(request with { Kid = key.Kid }), key);

    public static byte[] Message(MessageKind kind, byte[] payload, TestKey key)
    {
        var toBeSigned = CoseSign1.ToBeSigned(kind, key.Kid, key.Algorithm, payload);
        return CoseSign1.Encode(key.Kid, key.Algorithm, payload, Sign(key, toBeSigned));
    }

    /// <summary>
    /// All signatures used so far, to write the file: with that test alone, they are those of the vectors.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Known()
    {
        lock (access) return new SortedDictionary<string, string>(known, StringComparer.Ordinal);
    }

    private static byte[] Sign(TestKey key, byte[] toBeSigned)
    {
        if (key.Algorithm is SignatureAlgorithm.EdDsa) return key.Sign(toBeSigned);
        var digest = Hash.Of(toBeSigned).ToString();
        lock (access)
        {
            if (!known.TryGetValue(digest, out var signature))
                known[digest] = signature = Convert.ToHexStringLower(key.Sign(toBeSigned));
            return Convert.FromHexString(signature);
        }
    }

    private static SortedDictionary<string, string> Load()
    {
        var read = Repository.Exists(File)
            ? JsonSerializer.Deserialize<Dictionary<string, string>>(Repository.Read(File))!
            : [];
        return new(read, StringComparer.Ordinal);
    }
}
