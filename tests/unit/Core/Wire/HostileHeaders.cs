using MqttPay.Wire;

namespace MqttPay.UnitTests.Core.Wire;

/// <summary>
/// Messages whose protected header is not one of the two accepted ones. Each is rightly signed over it.
/// </summary>
internal static class HostileHeaders
{
    private static readonly byte[] Kid = Cbor.Join(Cbor.Int(4), Cbor.Bytes(Hostile.Key.KidBytes));
    private static readonly byte[] Algorithm = [0x01, 0x27];

    public static IEnumerable<Hostile> All() => [.. Shapes(), .. Algorithms(), .. Kids(), .. Critical()];

    private static IEnumerable<Hostile> Shapes()
    {
        var good = Hostile.Good;
        yield return Header("protected empty bstr", [], WireError.ProtectedShape);
        yield return Header("protected bstr(A0)", [0xa0], WireError.ProtectedShape);
        yield return new("protected empty bstr, alg+kid unprotected",
            Cbor.Join([0xd2, 0x84, 0x40, 0xa2], Algorithm, Kid, good[17..]), WireError.ProtectedShape);
        yield return new("protected is a map not bstr",
            Cbor.Join([0xd2, 0x84], Hostile.Key.Header, good[16..]), WireError.ProtectedShape);
        yield return Header("protected is an array", [0x82, .. Algorithm], WireError.ProtectedShape);
        yield return Header(
            "protected keys out of order {4,1}", [0xa2, .. Kid, .. Algorithm], WireError.ProtectedShape);
        yield return Header(
            "protected duplicate alg", [0xa3, .. Algorithm, .. Algorithm, .. Kid], WireError.ProtectedShape);
        yield return Header("protected trailing byte", [0xa2, .. Algorithm, .. Kid, 0x00], WireError.ProtectedShape);
        yield return Header("protected truncated inside", [0xa2, .. Algorithm, .. Kid[..^1]], WireError.ProtectedShape);
        yield return Header(
            "protected indefinite map BF..FF", [0xbf, .. Algorithm, .. Kid, 0xff], WireError.IndefiniteLength);
        yield return Header("protected map B8 02", [0xb8, 0x02, .. Algorithm, .. Kid], WireError.NotShortestForm);
        yield return new("protected bstr 58 0D",
            Cbor.Join([0xd2, 0x84, 0x58, 0x0d], Hostile.Key.Header, good[16..]), WireError.NotShortestForm);
        yield return new("protected bstr indefinite",
            Cbor.Join([0xd2, 0x84, 0x5f], good[2..16], [0xff], good[16..]), WireError.IndefiniteLength);
        yield return Header(
            "unknown protected label 99", [0xa3, .. Algorithm, .. Kid, 0x18, 0x63, 0x00], WireError.ProtectedShape);
    }

    private static IEnumerable<Hostile> Algorithms()
    {
        var rest = Hostile.Good[17..];
        yield return Header(
            "protected alg as text 'EdDSA'", [0xa2, 0x01, .. Cbor.Text("EdDSA"), .. Kid], WireError.Algorithm);
        yield return Header(
            "protected alg non-shortest 38 07", [0xa2, 0x01, 0x38, 0x07, .. Kid], WireError.NotShortestForm);
        yield return Header("alg missing", [0xa1, .. Kid], WireError.ProtectedShape);
        yield return new("alg only unprotected",
            Cbor.Join([0xd2, 0x84], Cbor.Bytes([0xa1, .. Kid]), [0xa1], Algorithm, rest), WireError.ProtectedShape);
        yield return Header("alg ES384(-35)", [0xa2, 0x01, .. Cbor.Negative(34), .. Kid], WireError.Algorithm);
        yield return Header("alg ESP256(-9)", [0xa2, 0x01, .. Cbor.Negative(8), .. Kid], WireError.Algorithm);
        yield return Header("alg Ed25519(-19)", [0xa2, 0x01, .. Cbor.Negative(18), .. Kid], WireError.Algorithm);
        yield return Header("alg HS256(5)", [0xa2, 0x01, 0x05, .. Kid], WireError.Algorithm);
        yield return Header("alg of the other kind of key", [0xa2, 0x01, 0x26, .. Kid], WireError.Algorithm);
    }

    private static IEnumerable<Hostile> Kids()
    {
        yield return new("kid only unprotected",
            Cbor.Join([0xd2, 0x84], Cbor.Bytes([0xa1, .. Algorithm]), [0xa1], Kid, Hostile.Good[17..]),
            WireError.ProtectedShape);
        yield return WithKid("kid text", Cbor.Text("abcdefgh"), WireError.ProtectedShape);
        foreach (var size in (int[])[0, 7, 9, 15, 16])
            yield return WithKid($"kid {size} bytes", Cbor.Bytes(new byte[size]), WireError.KidSize);
        yield return WithKid("kid 58 08", [0x58, 0x08, .. Hostile.Key.KidBytes], WireError.NotShortestForm);
        yield return WithKid("kid of nobody", Cbor.Bytes(new byte[8]), WireError.UnknownKid);

        static Hostile WithKid(string name, byte[] kid, WireError error) =>
            Header(name, [0xa2, .. Algorithm, 0x04, .. kid], error);
    }

    private static IEnumerable<Hostile> Critical()
    {
        yield return Header("crit [99] with 99 present",
            [0xa4, .. Algorithm, 0x02, 0x81, 0x18, 0x63, .. Kid, 0x18, 0x63, 0x00], WireError.ProtectedShape);
        yield return Header(
            "crit [99] absent label", [0xa3, .. Algorithm, 0x02, 0x81, 0x18, 0x63, .. Kid], WireError.ProtectedShape);
        yield return Header("crit empty array", [0xa3, .. Algorithm, 0x02, 0x80, .. Kid], WireError.ProtectedShape);
        yield return Header("crit instead of kid", [0xa2, .. Algorithm, 0x02, 0x81, 0x04], WireError.ProtectedShape);
    }

    private static Hostile Header(string name, byte[] header, WireError error)
    {
        var payload = Cbor.Map(Hostile.Fields);
        return new(name, Hostile.Enveloped(header, Cbor.Bytes(payload), payload), error);
    }
}
