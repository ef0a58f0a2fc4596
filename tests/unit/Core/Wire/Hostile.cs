using MqttPay.Wire;

namespace MqttPay.UnitTests.Core.Wire;

/// <summary>A message that nobody may accept, and the reason that is to be given first.</summary>
internal sealed record Hostile(string Name, byte[] Message, WireError Expected)
{
    /// <summary>Made when first asked for: the others start from what this class holds.</summary>
    public static IReadOnlyList<Hostile> All => field ??=
        [.. HostileEnvelopes.All(), .. HostileHeaders.All(), .. HostilePayloads.All(), .. HostileSignatures.All()];

    public static TestKey Key => TestKeys.DeviceEd25519;

    /// <summary>A good message to start from: a typical SALE.</summary>
    public static byte[] Good { get; } = Samples.Message(Samples.Sale, Key);

    /// <summary>The smallest SALE, where there must be room for two.</summary>
    public static byte[] Small { get; } = Samples.Message(
        Samples.Sale with { Sequence = 1, AmountMinor = 1, Edge = 1, DeviceTime = null, LastReceipt = null,
            Currency = 8 },
        Key);

    /// <summary>The payload of the good message as fields.</summary>
    public static IReadOnlyList<Cbor.Field> Fields { get; } =
    [
        new(1, Cbor.Int(1)),
        new(2, Cbor.Int(1)),
        new(3, Cbor.Int(1042)),
        new(5, Cbor.Int(1150)),
        new(6, Cbor.Int(978)),
        new(7, Cbor.Int(1_790_000_000)),
        new(8, Cbor.Bytes(Convert.FromHexString("6da0633528deaa0144e7b058315f0b75"))),
        new(10, Cbor.Array(
            Cbor.Int(40213), Cbor.Int(3), Cbor.Int(51233), Cbor.Bytes(Convert.FromHexString("a1b2c3d4e5f60718")))),
        new(13, Cbor.Int(40213)),
    ];

    /// <summary>A payload in a right envelope, rightly signed: only the payload is to blame.</summary>
    public static byte[] Signed(byte[] payload) => Enveloped(Key.Header, Cbor.Bytes(payload), payload);

    /// <summary>Any header and payload item in an envelope that is signed over them.</summary>
    public static byte[] Enveloped(byte[] header, byte[] payloadItem, byte[] payload) => Cbor.Envelope(
        Cbor.Bytes(header), Cbor.Empty, payloadItem,
        Cbor.Bytes(Key.Sign(Cbor.ToBeSigned(header, "MqttPay/req/1", payload))));

    /// <summary>The good payload with one value replaced or added, labels ascending.</summary>
    public static byte[] With(ulong label, byte[] value) =>
        Cbor.Map(Fields.Where(field => field.Label != label).Append(new(label, value)).OrderBy(field => field.Label));

    public static byte[] Without(ulong label) => Cbor.Map(Fields.Where(field => field.Label != label));

    /// <summary>What an edge finds first: the parser, then the key, its algorithm, its signature.</summary>
    public static WireError Judge(byte[] message)
    {
        if (RequestCodec.TryParse(message, out var view) is not WireError.None and var error) return error;
        var key = TestKeys.All.FirstOrDefault(known => known.Name.StartsWith("device") && known.Kid == view.Kid);
        if (key is null) return WireError.UnknownKid;
        if (key.Algorithm != view.Algorithm) return WireError.Algorithm;
        var toBeSigned = new byte[RequestView.ToBeSignedMax];
        var length = view.WriteToBeSigned(message, toBeSigned);
        return key.Verify(toBeSigned.AsSpan(0, length), view.Signature(message)) ? WireError.None
            : WireError.SignatureInvalid;
    }
}
