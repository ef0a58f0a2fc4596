using MqttPay.EdgeAgent.Storage;
using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Cache;

/// <summary>What a journal frame puts into the cache.</summary>
/// <param name="Round">The round's number; 0 for a frame that is none.</param>
/// <param name="Documents">Documents in force from here on: kind and version.</param>
internal sealed record JournalRows(
    long Lsn, long Round, IReadOnlyList<DecisionRow> Decisions, IReadOnlyList<(string Kind, uint Version)> Documents)
{
    /// <exception cref="InvalidDataException">A durable frame that is no round: the journal's readers freeze on
    /// it.</exception>
    public static JournalRows Of(JournalEntry entry)
    {
        if (entry.Kind is not FrameKind.Round) return new(entry.Lsn, 0, [], []);
        if (RoundCodec.TryParseRound(entry.Payload, out var round, out _) is var error and not WireError.None)
            throw new InvalidDataException($"frame {entry.Lsn} holds no round: {error}");

        var decisions = new List<DecisionRow>();
        var documents = new List<(string, uint)>();
        for (var i = 0; i < round!.Leaves.Count; i++)
        {
            if (round.Leaves[i] is Leaf.Decided decided) decisions.Add(RowOf(entry.Lsn, i, decided, round.Header));
            if (round.Leaves[i] is Leaf.Event told && DocumentOf(told) is { } document) documents.Add(document);
        }

        return new(entry.Lsn, round.Header.Number, decisions, documents);
    }

    private static DecisionRow RowOf(long lsn, int leaf, Leaf.Decided decided, RoundHeader header)
    {
        if (RequestCodec.TryParse(decided.Request, out var view) is var wrong and not WireError.None)
            throw new InvalidDataException($"frame {lsn}, leaf {leaf}: request: {wrong}");
        if (DecisionCodec.TryParse(decided.Decision, out var decision) is var bad and not WireError.None)
            throw new InvalidDataException($"frame {lsn}, leaf {leaf}: decision: {bad}");

        var request = view.ToRequest();
        return new(
            lsn, leaf, header.Number, PaymentId.Of(request.Name), request.Name, request.Operation, decision!.Code,
            request.AmountMinor, decision.AmountMinor, request.Currency, decision.Lease, decision.Evidence,
            decision.Policy, request.DeviceTime, header.Unix);
    }

    private static (string Kind, uint Version)? DocumentOf(Leaf.Event told) =>
        EventCodec.TryParse(told.Body, out var body) is WireError.None
            ? body switch
            {
                RoundEvent.PolicyOn policy => ("policy", policy.Version),
                RoundEvent.DenyOn deny => ("deny", deny.Version),
                _ => null,
            }
            : null;
}
