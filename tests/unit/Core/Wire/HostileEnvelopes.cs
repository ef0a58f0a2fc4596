using MqttPay.Wire;

namespace MqttPay.UnitTests.Core.Wire;

/// <summary>Messages whose envelope is not the one accepted shape.</summary>
internal static class HostileEnvelopes
{
    private static byte[] Good => Hostile.Good;

    private static byte[] Inner => Good[2..];

    private static byte[] Header => Cbor.Bytes(Hostile.Key.Header);

    public static IEnumerable<Hostile> All() => [.. Outside(), .. Unprotected(), .. Payload()];

    private static IEnumerable<Hostile> Outside()
    {
        yield return new("empty", [], WireError.Empty);
        yield return new("one byte D2", [0xd2], WireError.Truncated);
        yield return new("one byte 00", [0x00], WireError.NotSign1);
        yield return new("257 bytes", new byte[257], WireError.TooLong);
        yield return new("trailing 00", [.. Good, 0x00], WireError.TrailingBytes);
        yield return new("trailing second message", [.. Hostile.Small, .. Hostile.Small], WireError.TrailingBytes);
        yield return new("truncated by 1", Good[..^1], WireError.Truncated);
        yield return new("untagged", Good[1..], WireError.NotSign1);
        yield return new("wrong tag 17 (Mac0)", [0xd1, .. Good[1..]], WireError.NotSign1);
        yield return new("wrong tag 98 (Sign)", [0xd8, 0x62, .. Good[1..]], WireError.NotSign1);
        yield return new("self-described prefix D9D9F7", [0xd9, 0xd9, 0xf7, .. Good], WireError.NotSign1);
        yield return new("double tag 18(18())", [0xd2, .. Good], WireError.EnvelopeShape);
        yield return new("non-shortest tag D812", [0xd8, 0x12, .. Good[1..]], WireError.NotShortestForm);
        yield return new("array(3)", [0xd2, 0x83, .. Inner[..^66]], WireError.EnvelopeShape);
        yield return new("array(5) extra null", [0xd2, 0x85, .. Inner, 0xf6], WireError.EnvelopeShape);
        yield return new("indefinite array 9F..FF", [0xd2, 0x9f, .. Inner, 0xff], WireError.IndefiniteLength);
        yield return new("non-shortest array 98 04", [0xd2, 0x98, 0x04, .. Inner], WireError.NotShortestForm);
        yield return new("outer array 2^64-1", [0xd2, .. Cbor.Head(4, ulong.MaxValue)], WireError.EnvelopeShape);
        yield return new("map instead of array", [0xd2, 0xa4, .. Inner], WireError.EnvelopeShape);
        yield return new("nested arrays 200 deep", [.. Enumerable.Repeat((byte)0x81, 200)], WireError.NotSign1);
        yield return new("nested arrays 60000 deep", [.. Enumerable.Repeat((byte)0x81, 60_000)], WireError.TooLong);
    }

    private static IEnumerable<Hostile> Unprotected()
    {
        var rest = Good[17..];
        var many = Cbor.Join([0xd2, 0x84], Header);
        var deep = Cbor.Join([0xa1, 0x18, 0x63], [.. Enumerable.Repeat((byte)0x81, 60)], [0x00]);
        yield return Entry("alg in both buckets", [0xa1, 0x01, 0x27]);
        yield return Entry("kid also unprotected (other value)", [0xa1, 0x04, 0x42, 0x00, 0x00]);
        yield return Entry("unknown unprotected label 99", [0xa1, 0x18, 0x63, 0x00]);
        yield return Entry("unprotected text label", [0xa1, 0x61, 0x61, 0x00]);
        yield return Entry("unprotected dup label 99", [0xa2, 0x18, 0x63, 0x00, 0x18, 0x63, 0x00]);
        yield return Entry("unprotected value nested 60 deep", deep);
        yield return new("unprotected value nested 200 deep",
            Cbor.Join(
                many, [0xa1, 0x18, 0x63], [.. Enumerable.Repeat((byte)0x81, 200)], [0x00], rest), WireError.TooLong);
        yield return new("unprotected map 2^32 entries",
            Cbor.Join(many, Cbor.Head(5, 1UL << 32)), WireError.UnprotectedNotEmpty);
        yield return new("unprotected map 2^31-1 entries, no data",
            Cbor.Join(many, Cbor.Head(5, int.MaxValue)), WireError.UnprotectedNotEmpty);
        yield return new(
            "unprotected indefinite BF FF", Cbor.Join(many, [0xbf, 0xff], rest), WireError.IndefiniteLength);
        yield return new("unprotected empty as B8 00", Cbor.Join(many, [0xb8, 0x00], rest), WireError.NotShortestForm);
        yield return new("unprotected is an array", Cbor.Join(many, [0x80], rest), WireError.EnvelopeShape);
        yield return new("unprotected is null", Cbor.Join(many, [0xf6], rest), WireError.EnvelopeShape);

        Hostile Entry(string name, byte[] map) => new(name, Cbor.Join(many, map, rest), WireError.UnprotectedNotEmpty);
    }

    private static IEnumerable<Hostile> Payload()
    {
        var payload = Cbor.Map(Hostile.Fields);
        yield return Item("detached payload nil", [0xf6], [], WireError.PayloadNotBstr);
        yield return Item("payload tstr", Cbor.Text("a"), "a"u8.ToArray(), WireError.PayloadNotBstr);
        yield return Item("payload empty bstr", [0x40], [], WireError.PayloadNotBstr);
        yield return Item("payload a map, not a bstr", payload, payload, WireError.PayloadNotBstr);
        yield return Item("payload bstr indefinite 5F..FF",
            Cbor.Join([0x5f], Cbor.Bytes(payload), [0xff]), payload, WireError.IndefiniteLength);
        yield return Item("payload bstr len non-shortest 59 00xx",
            Cbor.Join(Cbor.Wide(2, (ulong)payload.Length, 2), payload), payload, WireError.NotShortestForm);
        yield return Cut("payload length 2^31-1, no data", Cbor.Head(2, int.MaxValue), WireError.Truncated);
        yield return Cut("payload length 2^32", Cbor.Head(2, 1UL << 32), WireError.Truncated);
        yield return Cut("payload length 2^64-1", Cbor.Head(2, ulong.MaxValue), WireError.Truncated);
        yield return Cut("break code FF as payload", [0xff], WireError.IndefiniteLength);
        yield return Cut("reserved additional info 1C", [0x1c], WireError.ReservedInfo);
        yield return Cut("reserved additional info 5D", [0x5d], WireError.ReservedInfo);

        Hostile Item(string name, byte[] item, byte[] signed, WireError error) =>
            new(name, Hostile.Enveloped(Hostile.Key.Header, item, signed), error);
        Hostile Cut(string name, byte[] item, WireError error) =>
            new(name, Cbor.Join([0xd2, 0x84], Header, Cbor.Empty, item), error);
    }
}
