using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Settlement;
using MqttPay.Simulation.Kernel;
using MqttPay.Simulation.Nodes;
using MqttPay.Wire;

namespace MqttPay.Simulation.Clouds;

/// <summary>
/// Verifies a batch outside any transaction, as the cloud's ingest does: headers, trees, the SEAL, every signature.
/// </summary>
internal sealed class BatchCheck(Registry registry)
{
    /// <summary>Returns null, and why, for a batch that is refused whole.</summary>
    public Submitted? Read(uint edge, byte[] body, out string reason)
    {
        reason = "";
        if (BatchCodec.TryParse(body, out var rounds) is var error and not WireError.None)
        {
            reason = $"no batch: {error}";
            return null;
        }

        var fence = rounds[^1].Header.Fence;
        var roots = new Hash[rounds.Count];
        List<JournalItem> items = new(rounds.Count * 4);
        for (var i = 0; i < rounds.Count; i++)
        {
            reason = Complaint(edge, rounds, i) ?? ItemsOf(rounds[i], items) ?? "";
            if (reason.Length > 0) return null;
            roots[i] = rounds[i].Root;
        }

        reason = SealComplaint(rounds, items) ?? "";
        if (reason.Length > 0) return null;
        return new(rounds, items, new(rounds[0].Header.Number, rounds[0].Header.PreviousRoot, roots), fence);
    }

    private string? Complaint(uint edge, IReadOnlyList<SignedRound> rounds, int index)
    {
        var (round, header) = (rounds[index], rounds[index].Header);
        if (header.Edge != edge || header.Fence != rounds[^1].Header.Fence) return "another edge or fence";
        if (!Tags.Verify(registry.EdgeSecret(edge), round.Root, round.Message.AsSpan()[^Tags.Size..]))
            return "a header that this edge did not sign";
        if (index > 0 && (header.PreviousRoot != rounds[index - 1].Root
            || header.Number != rounds[index - 1].Header.Number + 1))
            return "a previous root that does not fit";
        return Replay.TreeOf(round) == header.Tree ? null : "a tree that does not fit its header";
    }

    private string? ItemsOf(SignedRound round, List<JournalItem> items)
    {
        foreach (var leaf in round.Leaves)
        {
            if (leaf is Leaf.Event told)
            {
                if (EventCodec.TryParse(told.Body, out var body) is var wrong and not WireError.None)
                    return $"event: {wrong}";
                items.Add(new JournalItem.Happened(
                    items.Count, round.Header.Number, round.Header.Unix, body!, told.Body, About(body!)));
                continue;
            }

            var decided = (Leaf.Decided)leaf;
            if (DecisionCodec.TryParse(decided.Decision, out var decision) is not WireError.None)
                return "a decision that is none";
            if (RequestCodec.TryParse(decided.Request, out var view) is not WireError.None)
            {
                items.Add(new JournalItem.Decided(
                    items.Count, round.Header.Number, round.Header.Unix, decided.Request, decided.Decision, null,
                        default,
                    decision!, false));
                continue;
            }

            var digest = view.Digest(decided.Request);
            items.Add(new JournalItem.Decided(
                items.Count, round.Header.Number, round.Header.Unix, decided.Request, decided.Decision,
                    view.ToRequest(),
                digest, decision!, Planted.Is(Bug.P51) || registry.Verify(view.Kid, digest, decided.Request)));
        }

        return null;
    }

    /// <summary>The request in question, where the event carries messages and all their signatures verify.</summary>
    private RequestName? About(RoundEvent body) => body switch
    {
        RoundEvent.HoldEnd end => new(end.Kid, end.Epoch, end.Sequence),
        RoundEvent.Conflict conflict when NameOf(conflict.First) is { } && NameOf(conflict.Second) is { } second =>
            second,
        RoundEvent.VoucherKept kept => NameOf(kept.Message),
        _ => null,
    };

    private RequestName? NameOf(byte[] message)
    {
        if (RequestCodec.TryParse(message, out var view) is not WireError.None) return null;
        if (!registry.Verify(view.Kid, view.Digest(message), message)) return null;
        var request = view.ToRequest();
        return request.Operation is Operation.Voucher
            ? new(request.Kid, request.Epoch, request.ReferenceSequence ?? 0)
            : request.Name;
    }

    private static string? SealComplaint(IReadOnlyList<SignedRound> rounds, List<JournalItem> items)
    {
        if (items[^1] is not JournalItem.Happened { Event: Seal seal }) return "no SEAL at its end";
        if (seal.FirstRound != rounds[0].Header.Number) return null;   // A resend that begins earlier or later.
        List<SealEntry> entries = [];
        foreach (var item in items)
            if (item is JournalItem.Decided { Request: { } request } decided)
                entries.Add(SealEntry.Of(request, decided.Decision));
        return SealTotals.Equal(SealTotals.Of(entries), seal.Totals) ? null : "I8: totals of the SEAL";
    }
}
