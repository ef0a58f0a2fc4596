using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Lint;

/// <summary>Explains the messages that are lists: replies, rounds and batches.</summary>
internal static class ListMessage
{
    /// <summary>Null when the bytes are no list at all.</summary>
    public static LintReport? Explain(ReadOnlySpan<byte> bytes)
    {
        if (CborHead.TryRead(bytes, 0, out var list) is not WireError.None || list.Major != CborHead.Array) return null;
        if (ReplyCodec.TryParse(bytes, out var reply) is WireError.None) return ExplainReply(bytes, reply!);
        if (RoundCodec.TryParseRound(bytes, out var round, out var used) is WireError.None && used == bytes.Length)
            return new("round", RoundFields(round!, 0), null);
        if (BatchCodec.TryParse(bytes, out var rounds) is WireError.None)
            return new($"batch of {rounds.Count} rounds", [.. rounds.SelectMany(one => RoundFields(one, 1))], null);
        return Broken(bytes, list);
    }

    private static LintReport ExplainReply(ReadOnlySpan<byte> bytes, Reply reply) => reply switch
    {
        Reply.Final => new("final reply", FinalFields(bytes, decisionPart: 1), null),
        Reply.Notice notice => new(
            "notice to a payee", [.. NoticeFields(bytes, notice), .. FinalFields(bytes, decisionPart: 3)], null),
        Reply.Hint hint => new(
            "hint (says nothing about money)",
            [
                new(1, "epoch", $"{hint.Epoch}"), new(1, "sequence", $"{hint.Sequence}"),
                new(1, "code", $"{(int)hint.Code} ({hint.Code})"), new(1, "retry ms", $"{hint.RetryMs}"),
            ],
            null),
        _ => throw new InvalidOperationException($"No fields for {reply}."),
    };

    /// <summary>Who asked for what: the name in the decision makes it a payment.</summary>
    private static List<LintField> NoticeFields(ReadOnlySpan<byte> bytes, Reply.Notice notice)
    {
        var (kidAt, digestAt) = (PartOffset(bytes, 1), PartOffset(bytes, 2));
        var name = new RequestName(notice.Kid, notice.Decision.Epoch, notice.Decision.Sequence);
        return
        [
            new(kidAt, "payer's key", notice.Kid.ToString()),
            new(kidAt, "payment id", $"{PaymentId.Of(name)} (formed from key, epoch and sequence)"),
            new(digestAt, "request digest", notice.Digest.ToString()),
        ];
    }

    private static List<LintField> FinalFields(ReadOnlySpan<byte> bytes, int decisionPart)
    {
        var at = PartOffset(bytes, decisionPart);
        CborHead.TryRead(bytes, at, out var decision);
        List<LintField> fields = [new(at, "decision", "")];
        fields.AddRange(MapFields.Read(bytes, decision.Next, 1, FieldTable.NameOfDecision));
        var parts = new[] { "leaf index", "proof path", "signed round" };
        for (var i = 0; i < parts.Length; i++)
        {
            at = PartOffset(bytes, decisionPart + 1 + i);
            CborHead.TryRead(bytes, at, out var head);
            fields.Add(new(at, parts[i], i == 2 ? "" : FieldText.Of(bytes, head, parts[i])));
        }

        // The envelope before a payload has one shape: tag, array, protected (14 bytes), empty map.
        CborHead.TryRead(bytes, at + 17, out var payload);
        fields.AddRange(MapFields.Read(bytes, payload.Next, 1, label => FieldTable.NameOf(MessageKind.Round, label)));
        if (decisionPart != 1) return fields;
        at = PartOffset(bytes, 5);
        CborHead.TryRead(bytes, at, out var witness);
        fields.Add(new(at, "witness", FieldText.Of(bytes, witness, "witness")));
        return fields;
    }

    private static List<LintField> RoundFields(SignedRound round, int depth)
    {
        var header = round.Header;
        List<LintField> fields =
        [
            new(0, "round", $"{header.Number} of edge {header.Edge}, fence {header.Fence}", depth),
            new(0, "incarnation", $"{header.Incarnation}", depth),
            new(0, "root", round.Root.ToString(), depth),
            new(0, "previous root", header.PreviousRoot.ToString(), depth),
        ];
        foreach (var leaf in round.Leaves) fields.Add(new(0, "leaf", LeafText(leaf), depth + 1));
        return fields;
    }

    private static string LeafText(Leaf leaf)
    {
        switch (leaf)
        {
            case Leaf.Decided(var request, var decision):
                var name = RequestCodec.TryParse(request, out var view) is WireError.None
                    ? $"{view.Operation} {view.Kid}/{view.Epoch}/{view.HintSequence}"
                    : "a request that does not parse";
                return DecisionCodec.TryParse(decision, out var decided) is WireError.None
                    ? $"{name}: {decided!.Code}, {decided.AmountMinor} minor units, lease {decided.Lease}"
                    : $"{name}: a decision that does not parse";
            case Leaf.Event(var body):
                return EventCodec.TryParse(body, out var happened) is WireError.None
                    ? EventText(happened!)
                    : "an event that does not parse";
            default:
                throw new InvalidOperationException($"No text for {leaf}.");
        }
    }

    /// <summary>Events that carry requests are told by what these say.</summary>
    private static string EventText(RoundEvent happened) => happened switch
    {
        RoundEvent.VoucherKept kept => $"event voucher kept: {RequestText(kept.Message)}",
        RoundEvent.Conflict pair =>
            $"event conflict, two contents of one name: {RequestText(pair.First)}; {RequestText(pair.Second)}",
        RoundEvent.RosterOn on => $"event roster {on.Version} in force, site payee {on.Payee}, digest {on.Digest}",
        _ => $"event {happened}",
    };

    private static string RequestText(byte[] message)
    {
        if (RequestCodec.TryParse(message, out var view) is not WireError.None) return "a request that does not parse";
        var request = view.ToRequest();
        var tick = request.Tick == 0 ? "" : $" tick {request.Tick},";
        return $"{request.Operation} {request.Kid}/{request.Epoch}/{view.HintSequence},{tick} "
            + $"{request.AmountMinor} minor units, digest {view.Digest(message)}";
    }

    /// <summary>A list that none of the codecs takes. Its length tells which one was meant.</summary>
    private static LintReport Broken(ReadOnlySpan<byte> bytes, CborHead list)
    {
        var isReply = list.Value is >= 5 and <= 7;
        var error = isReply ? ReplyCodec.TryParse(bytes, out _) : RoundError(bytes);
        var (form, offset) = CborWalk.FirstFault(bytes);
        var fault = FaultText.Of(form is WireError.None ? error : form, offset, bytes);
        return new(isReply ? "reply" : "round or batch", [], fault);
    }

    private static WireError RoundError(ReadOnlySpan<byte> bytes)
    {
        var error = RoundCodec.TryParseRound(bytes, out _, out _);
        return error is WireError.None ? WireError.TrailingBytes : error;
    }

    private static int PartOffset(ReadOnlySpan<byte> bytes, int part)
    {
        var at = 1;
        for (var i = 0; i < part; i++) at = CborWalk.EndOf(bytes, at);
        return at;
    }
}
