using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.UnitTests.Core.Wire;

/// <summary>Keys for tests only: everybody knows their secrets.</summary>
internal static class TestKeys
{
    public static TestKey DeviceEs256 { get; } =
        new("device-es256", 7, Hex("9a95ff4779eed5560138c882537fc4ee594673c683f53d89614709e3a6415c7f"));

    public static TestKey DeviceEd25519 { get; } =
        new("device-ed25519", 8, Hex("13d3e7187b91d4cef799b6858cf344e3bf20adc387df7687cbb726e28c64f773"));

    public static TestKey EdgeEd25519 { get; } = new("edge-ed25519", 8, Fill(0x45));

    public static TestKey EdgeEs256 { get; } = new("edge-es256", 7, Fill(0x46));

    public static TestKey Cloud { get; } = new("cloud", 8, Fill(0x43));

    public static IReadOnlyList<TestKey> All { get; } = [DeviceEs256, DeviceEd25519, EdgeEs256, EdgeEd25519, Cloud];

    /// <summary>The key of an edge's witnesses.</summary>
    public static byte[] Witness { get; } = Fill(0x57);

    private static byte[] Hex(string text) => Convert.FromHexString(text);

    private static byte[] Fill(byte value) => [.. Enumerable.Repeat(value, 32)];
}

/// <summary>A key pair with a name for the vector files.</summary>
internal sealed class TestKey
{
    private readonly SigningKey key;
    private readonly Lock signing = new();   // One live key may not be used by several tests at once.

    public TestKey(string name, byte algorithm, byte[] secret)
    {
        Name = name;
        Secret = secret;
        key = SigningKey.Import([algorithm, .. secret]);
    }

    public string Name { get; }

    public byte[] Secret { get; }

    public PublicKey Public => key.Public;

    public KeyId Kid => key.Public.Id;

    public SignatureAlgorithm Algorithm => key.Public.Algorithm;

    public byte[] KidBytes => Convert.FromHexString(Kid.ToString());

    /// <summary>The content of the protected header that goes with this key.</summary>
    public byte[] Header => Cbor.Protected(
        Algorithm is SignatureAlgorithm.Es256 ? Cbor.AlgorithmEs256 : Cbor.AlgorithmEdDsa, KidBytes);

    public byte[] Sign(byte[] toBeSigned)
    {
        lock (signing) return key.Sign(toBeSigned);
    }

    public bool Verify(ReadOnlySpan<byte> toBeSigned, ReadOnlySpan<byte> signature)
    {
        using var verifying = VerifyingKey.TryCreate(Public)!;
        return verifying.Verify(toBeSigned, signature);
    }

    /// <summary>A signed message of the right shape around any payload.</summary>
    public byte[] Message(MessageKind kind, byte[] payload) =>
        CoseSign1.Encode(Kid, Algorithm, payload, Sign(CoseSign1.ToBeSigned(kind, Kid, Algorithm, payload)));
}
