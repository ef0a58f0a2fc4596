using System.Globalization;
using MqttPay.Host.Signatures;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Lint;

/// <summary>Explains any message of the wire: which one it is, its fields, and what is wrong with it.</summary>
internal static class Linter
{
    private const byte Tag18 = 0xd2;

    /// <param name="key">If given, the signature is checked as well.</param>
    public static LintReport Explain(ReadOnlySpan<byte> bytes, PublicKey? key = null)
    {
        if (bytes.IsEmpty) return new("nothing", [], FaultText.Of(WireError.Empty, 0, bytes));
        if (bytes[0] == Tag18) return ExplainSigned(bytes, key);
        return ListMessage.Explain(bytes)
            ?? new("not a message of ours", [], FaultText.Of(WireError.NotSign1, 0, bytes));
    }

    private static LintReport ExplainSigned(ReadOnlySpan<byte> bytes, PublicKey? key)
    {
        var payloadAt = PayloadOffset(bytes);
        var kind = KindOf(bytes, payloadAt);
        var title = FieldTable.Title(kind);
        var fields = HeadFields(bytes);
        if (payloadAt > 0)
            fields.AddRange(MapFields.Read(bytes, payloadAt, 0, label => FieldTable.NameOf(kind, label)));
        if (CoseSign1.TryParse(bytes, out var envelope) is WireError.None)
            fields.AddRange(DocumentLists.Of(kind, bytes[envelope.Payload], payloadAt));
        return new($"COSE_Sign1, {title}", fields, FaultOf(bytes, kind) ?? SignatureFault(bytes, kind, key));
    }

    /// <summary>The strict parser's verdict for this kind, with the place where it was seen.</summary>
    private static LintFault? FaultOf(ReadOnlySpan<byte> bytes, MessageKind kind)
    {
        if (kind is MessageKind.Request)
        {
            var error = RequestCodec.TryParse(bytes, out var view);
            return error is WireError.None ? null : FaultText.Of(error, view.ErrorOffset, bytes);
        }

        var envelopeError = CoseSign1.TryParse(bytes, out var envelope);
        if (envelopeError is not WireError.None) return FaultText.Of(envelopeError, PlaceOf(bytes), bytes);
        var payload = bytes[envelope.Payload];
        var payloadError = ParsePayload(kind, payload);
        if (payloadError is WireError.None) return null;
        var (_, offset) = CborWalk.FirstFault(payload);
        return FaultText.Of(payloadError, envelope.Payload.Start.Value + offset, bytes);
    }

    /// <summary>
    /// The request parser knows where in an envelope a fault lies, for every kind that is short enough.
    /// </summary>
    private static int PlaceOf(ReadOnlySpan<byte> bytes)
    {
        var (error, offset) = CborWalk.FirstFault(bytes);
        if (error is not WireError.None) return offset;
        return RequestCodec.TryParse(bytes, out var view) is WireError.None ? 0 : view.ErrorOffset;
    }

    private static LintFault? SignatureFault(ReadOnlySpan<byte> bytes, MessageKind kind, PublicKey? key)
    {
        if (key is null || CoseSign1.TryParse(bytes, out var envelope) is not WireError.None) return null;
        var at = envelope.Signature.Start.Value;
        if (envelope.Kid != key.Id)
            return new(WireError.UnknownKid, 8, $"the message names key {envelope.Kid}, the given one is {key.Id}");
        if (envelope.Algorithm != key.Algorithm) return FaultText.Of(WireError.Algorithm, 6, bytes);
        using var verifying = VerifyingKey.TryCreate(key);
        var toBeSigned = CoseSign1.ToBeSigned(kind, envelope.Kid, envelope.Algorithm, bytes[envelope.Payload]);
        if (verifying?.Verify(toBeSigned, bytes[envelope.Signature]) is true) return null;
        return new(
            WireError.SignatureInvalid, at, "the signature does not verify over this content under the given key");
    }

    private static List<LintField> HeadFields(ReadOnlySpan<byte> bytes)
    {
        const int ProtectedAt = 3;
        var fields = new List<LintField>();
        if (bytes.Length < ProtectedAt + 13) return fields;
        if (bytes[5] is 0x26) fields.Add(new(5, "algorithm", "ES256"));
        else if (bytes[5] is 0x27) fields.Add(new(5, "algorithm", "EdDSA (Ed25519)"));
        if (bytes[7] is 0x48) fields.Add(new(8, "key", Convert.ToHexStringLower(bytes.Slice(8, 8))));
        return fields;
    }

    /// <summary>Where the payload's map starts, or -1.</summary>
    private static int PayloadOffset(ReadOnlySpan<byte> bytes)
    {
        var at = 2;
        for (var part = 0; part < 2; part++)
            if (at < 0 || (at = CborWalk.EndOf(bytes, at)) < 0) return -1;
        if (CborHead.TryRead(bytes, at, out var head) is not WireError.None || head.Indefinite) return -1;
        return head.Major == CborHead.Bytes ? head.Next : -1;
    }

    private static MessageKind KindOf(ReadOnlySpan<byte> bytes, int payloadAt)
    {
        if (RequestCodec.TryParse(bytes, out _) is WireError.None) return MessageKind.Request;
        if (CoseSign1.TryParse(bytes, out var envelope) is WireError.None)
            foreach (var kind in DocumentKinds)
                if (ParsePayload(kind, bytes[envelope.Payload]) is WireError.None)
                    return kind;
        return payloadAt < 0 ? MessageKind.Request : GuessKind(bytes, payloadAt);
    }

    /// <summary>A message that no codec takes: told by the types of the fields that only one kind has.</summary>
    private static MessageKind GuessKind(ReadOnlySpan<byte> bytes, int payloadAt)
    {
        var fields = MapFields.Read(bytes, payloadAt, 0, label => label.ToString(CultureInfo.InvariantCulture));
        var majors = new Dictionary<string, int>();
        foreach (var field in fields)
            if (CborHead.TryRead(bytes, field.Offset, out var head) is WireError.None)
                majors[field.Name] = head.Major;
        if (majors.ContainsKey("13") && !majors.ContainsKey("18")) return MessageKind.Request;
        if (majors.GetValueOrDefault("1") == CborHead.Bytes) return MessageKind.Config;
        if (majors.GetValueOrDefault("6") == CborHead.Bytes) return MessageKind.Round;
        if (majors.GetValueOrDefault("5") == CborHead.Array) return MessageKind.Roster;
        return majors.ContainsKey("18") ? MessageKind.Policy : MessageKind.Request;
    }

    private static WireError ParsePayload(MessageKind kind, ReadOnlySpan<byte> payload) => kind switch
    {
        MessageKind.Round => RoundCodec.TryParseHeader(payload, out _),
        MessageKind.Config => ConfigCodec.TryParse(payload, out _),
        MessageKind.Grant => GrantCodec.TryParse(payload, out _),
        MessageKind.Ack or MessageKind.Fence => AckCodec.TryParse(payload, out _),
        MessageKind.Policy => PolicyCodec.TryParse(payload, out _),
        MessageKind.DenyList => DenyListCodec.TryParse(payload, out _),
        MessageKind.Roster => RosterCodec.TryParse(payload, out _),
        _ => throw new InvalidOperationException($"No payload codec for {kind}."),
    };

    private static readonly MessageKind[] DocumentKinds =
    [
        MessageKind.Round, MessageKind.Config, MessageKind.Grant, MessageKind.Ack, MessageKind.Policy,
        MessageKind.DenyList, MessageKind.Roster,
    ];
}
