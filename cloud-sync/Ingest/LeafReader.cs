using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;

namespace MqttPay.CloudSync.Ingest;

/// <summary>
/// Turns the leaves of a batch into what the core reconciles, computes the trees again and gathers what is to be
/// checked.
/// </summary>
internal sealed class LeafReader
{
    private readonly List<JournalItem> items = [];
    private readonly List<SignatureCheck> checks = [];

    public IReadOnlyList<JournalItem> Items => items;

    public IReadOnlyList<SignatureCheck> Checks => checks;

    /// <summary>Returns what is wrong with the round, null when its tree holds.</summary>
    public string? Add(SignedRound round)
    {
        var hashes = new Hash[round.Leaves.Count];
        for (var index = 0; index < hashes.Length; index++)
        {
            var hash = round.Leaves[index] switch
            {
                Leaf.Decided decided => AddDecided(round.Header, decided),
                Leaf.Event happened => AddEvent(round.Header, happened.Body),
                _ => null,
            };
            if (hash is null) return $"Leaf {index} of round {round.Header.Number} does not parse.";
            hashes[index] = hash.Value;
        }

        return MerkleTree.Root(hashes) == round.Header.Tree ? null
            : $"The tree of round {round.Header.Number} is another one.";
    }

    private Hash? AddDecided(RoundHeader header, Leaf.Decided leaf)
    {
        if (DecisionCodec.TryParse(leaf.Decision, out var decision) is not WireError.None) return null;
        var position = items.Count;
        if (RequestCodec.TryParse(leaf.Request, out var view) is WireError.None)
        {
            var digest = view.Digest(leaf.Request);
            checks.Add(SignatureCheck.Of(position, view, leaf.Request));
            items.Add(new JournalItem.Decided(
                position, header.Number, header.Unix, leaf.Request, leaf.Decision, view.ToRequest(), digest, decision!,
                true));
            return RoundCodec.LeafHash(digest, leaf.Decision);
        }

        // The same parser runs at the edge, so no honest one has such a leaf; but its tree can hold, and the bytes are
        // evidence.
        if (CoseSign1.TryParse(leaf.Request, out var envelope) is not WireError.None) return null;
        var content = CoseSign1.ToBeSigned(
            MessageKind.Request, envelope.Kid, envelope.Algorithm, leaf.Request.AsSpan()[envelope.Payload]);
        items.Add(new JournalItem.Decided(
            position, header.Number, header.Unix, leaf.Request, leaf.Decision, null, Hash.Of(content), decision!,
            false));
        return RoundCodec.LeafHash(Hash.Of(content), leaf.Decision);
    }

    private Hash? AddEvent(RoundHeader header, byte[] body)
    {
        if (EventCodec.TryParse(body, out var content) is not WireError.None) return null;
        var about = content switch
        {
            RoundEvent.HoldEnd end => new RequestName(end.Kid, end.Epoch, end.Sequence),
            RoundEvent.VoucherKept voucher => AboutVoucher(voucher.Message),
            RoundEvent.Conflict conflict => AboutConflict(conflict),
            _ => (RequestName?)null,
        };
        items.Add(new JournalItem.Happened(items.Count, header.Number, header.Unix, content!, body, about));
        return RoundCodec.LeafHash(default, body);
    }

    private RequestName? AboutVoucher(byte[] message)
    {
        if (RequestCodec.TryParse(message, out var view) is not WireError.None) return null;
        if (view.Operation is not Operation.Voucher) return null;
        checks.Add(SignatureCheck.Of(items.Count, view, message));
        var request = view.ToRequest();
        return request.Name with { Sequence = request.ReferenceSequence ?? 0 };
    }

    /// <summary>Proof are two valid requests of one name with different contents, and nothing less.</summary>
    private RequestName? AboutConflict(RoundEvent.Conflict conflict)
    {
        if (RequestCodec.TryParse(conflict.First, out var first) is not WireError.None) return null;
        if (RequestCodec.TryParse(conflict.Second, out var second) is not WireError.None) return null;
        var (one, other) = (first.ToRequest(), second.ToRequest());
        if (one.Name != other.Name || one.Tick != other.Tick || one.ReferenceSequence != other.ReferenceSequence
            && one.Sequence == 0)
            return null;
        if (first.Digest(conflict.First) == second.Digest(conflict.Second)) return null;
        checks.Add(SignatureCheck.Of(items.Count, first, conflict.First));
        checks.Add(SignatureCheck.Of(items.Count, second, conflict.Second));
        return one.Sequence > 0 ? one.Name : one.Name with { Sequence = one.ReferenceSequence ?? 0 };
    }
}
