using System.Numerics;
using MqttPay.Wire;

namespace MqttPay.UnitTests.Core.Wire;

/// <summary>Messages that are well formed but for their signature.</summary>
internal static class HostileSignatures
{
    private static readonly BigInteger P256Order =
        Number("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

    private static readonly BigInteger Ed25519Order =
        BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493");

    private static byte[] Good => Hostile.Good;

    private static byte[] Es256 { get; } =
        VectorSignatures.Message(Samples.Sale, TestKeys.DeviceEs256);

    public static IEnumerable<Hostile> All() => [.. Sizes(), .. Es256Values(), .. EdDsaValues(), .. Forgeries()];

    /// <summary>The other signature of the same content: (r, n-s). It verifies, and is the same request.</summary>
    public static byte[] Malleated(byte[] message) =>
        [.. message[..^32], .. BigEndian(P256Order - new BigInteger(message.AsSpan()[^32..], true, true))];

    private static IEnumerable<Hostile> Sizes()
    {
        yield return Signature("sig 63", Cbor.Bytes(Good[^64..^1]), WireError.SignatureSize);
        yield return Signature("sig 65", Cbor.Bytes([.. Good[^64..], 0]), WireError.SignatureSize);
        yield return Signature("sig empty", Cbor.Bytes(), WireError.SignatureSize);
        yield return Signature("sig 64 as 59 0040", [0x59, 0x00, 0x40, .. Good[^64..]], WireError.NotShortestForm);
        yield return Signature("sig nil", [0xf6], WireError.WrongType);
        yield return Signature("sig text", [0x78, 0x40, .. Good[^64..]], WireError.WrongType);
        yield return Signature("sig indefinite", [0x5f, 0x58, 0x40, .. Good[^64..], 0xff], WireError.IndefiniteLength);
        yield return Signature("sig length 2^64-1", Cbor.Head(2, ulong.MaxValue), WireError.SignatureSize);
        var der = Cbor.Join([0x30, 0x44, 0x02, 0x20], Es256[^64..^32], [0x02, 0x20], Es256[^32..]);
        yield return new("sig DER", [.. Es256[..^66], .. Cbor.Bytes(der)], WireError.SignatureSize);
    }

    private static IEnumerable<Hostile> Es256Values()
    {
        var (r, s) = (Es256[^64..^32], Es256[^32..]);
        yield return Value("es256 sig all zero", new byte[32], new byte[32]);
        yield return Value("es256 sig all FF", Fill(0xff), Fill(0xff));
        yield return Value("es256 r = 0", new byte[32], s);
        yield return Value("es256 s = 0", r, new byte[32]);
        yield return Value("es256 r = n", BigEndian(P256Order), s);
        yield return Value("es256 s = n", r, BigEndian(P256Order));
        yield return Value("es256 s = n+1", r, BigEndian(P256Order + 1));

        static Hostile Value(string name, byte[] r, byte[] s) =>
            new(name, [.. Es256[..^64], .. r, .. s], WireError.SignatureValue);
    }

    private static IEnumerable<Hostile> EdDsaValues()
    {
        var s = new BigInteger(Good.AsSpan()[^32..], isUnsigned: true);
        yield return new(
            "ed25519 S + L", [.. Good[..^32], .. LittleEndian(s + Ed25519Order)], WireError.SignatureValue);
        yield return new("ed25519 S = L", [.. Good[..^32], .. LittleEndian(Ed25519Order)], WireError.SignatureValue);
        yield return new(
            "ed25519 sig all FF", [.. Good[..^64], .. Fill(0xff), .. Fill(0xff)], WireError.SignatureValue);
        yield return new("ed25519 sig all zero", [.. Good[..^64], .. new byte[64]], WireError.SignatureInvalid);
        yield return new(
            "ed25519 S = L-1", [.. Good[..^32], .. LittleEndian(Ed25519Order - 1)], WireError.SignatureInvalid);
    }

    private static IEnumerable<Hostile> Forgeries()
    {
        var flipped = (byte[])Good.Clone();
        flipped[^50] ^= 1;
        yield return new("sig bit flip", flipped, WireError.SignatureInvalid);
        var payload = Cbor.Map(Hostile.Fields);
        foreach (var aad in (string[])["", "MqttPay/rnd/1", "MqttPay/req/2"])
        {
            var signature = Hostile.Key.Sign(Cbor.ToBeSigned(Hostile.Key.Header, aad, payload));
            yield return new(
                $"signed with other aad '{aad}'", [.. Good[..^64], .. signature], WireError.SignatureInvalid);
        }
        var dearer = Cbor.Envelope(
            Cbor.Bytes(Hostile.Key.Header), Cbor.Empty, Cbor.Bytes(Hostile.With(5, Cbor.Int(1149))), Good[^66..]);
        yield return new("amount changed, old signature", dearer, WireError.SignatureInvalid);
        yield return new("signed by another key",
            [.. Good[..^64], .. TestKeys.Cloud.Sign(Cbor.ToBeSigned(Hostile.Key.Header, "MqttPay/req/1", payload))],
            WireError.SignatureInvalid);
    }

    private static Hostile Signature(string name, byte[] item, WireError error) =>
        new(name, [.. Good[..^66], .. item], error);

    private static byte[] Fill(byte value) => [.. Enumerable.Repeat(value, 32)];

    private static BigInteger Number(string hex) =>
        new(Convert.FromHexString(hex), isUnsigned: true, isBigEndian: true);

    private static byte[] BigEndian(BigInteger value) => [.. LittleEndian(value).Reverse()];

    private static byte[] LittleEndian(BigInteger value)
    {
        var bytes = new byte[32];
        value.ToByteArray(isUnsigned: true).CopyTo(bytes, 0);
        return bytes;
    }
}
