using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>Brings a book up to date from journalled rounds, and believes none that does not fit the chain.</summary>
public static class Replay
{
    /// <summary>
    /// Applies a round. Returns what is wrong with it, or null. A book that complained is not used further.
    /// </summary>
    /// <param name="seen">Shown each decision before it changes the book.</param>
    public static string? Apply(
        EdgeBook book, SignedRound round, int bytes, Action<PaymentRequest, Decision, Place>? seen = null)
    {
        var header = round.Header;
        if (header.Edge != book.Edge || header.Fence != book.Fence) return "a round of another edge or fence";
        if (header.Number != book.Head + 1) return $"round {header.Number} where {book.Head + 1} was expected";
        if (header.PreviousRoot != book.HeadRoot)
            return $"round {header.Number} does not follow its predecessor's root";
        if (header.Count != round.Leaves.Count)
            return $"round {header.Number} has another number of leaves than it says";
        if (TreeOf(round) != header.Tree && !Planted.Is(Bug.P8))
            return $"the tree of round {header.Number} differs from its header";
        return ApplyLeaves(book, round, bytes, seen);
    }

    /// <summary>Applies the cloud's order to go on under a new fence. Null, or what is wrong with it.</summary>
    public static string? Refence(EdgeBook book, Ack order)
    {
        if (order.Edge != book.Edge) return "an order for another edge";
        if (order.Fence <= book.Fence) return $"an order of fence {order.Fence} after fence {book.Fence}";
        book.Refence(order);
        return null;
    }

    /// <summary>Applies a journalled acknowledgement. False: it is of another history.</summary>
    public static bool Apply(EdgeBook book, Ack ack) => book.Apply(ack) || ack.Round <= book.Watermark;

    /// <summary>The tree over a round's leaves, recomputed; a leaf that is no request makes it differ.</summary>
    public static Hash TreeOf(SignedRound round)
    {
        var hashes = new Hash[round.Leaves.Count];
        for (var i = 0; i < hashes.Length; i++) hashes[i] = HashOf(round.Leaves[i]);
        return MerkleTree.Root(hashes);
    }

    /// <summary>The hashes of all leaves in order, for proofs that are rebuilt from the journal.</summary>
    public static Hash HashOf(Leaf leaf) => leaf switch
    {
        Leaf.Event told => RoundCodec.LeafHash(default, told.Body),
        Leaf.Decided decided when RequestCodec.TryParse(decided.Request, out var view) is WireError.None =>
            RoundCodec.LeafHash(view.Digest(decided.Request), decided.Decision),
        Leaf.Decided => default,
        _ => throw new InvariantException("a leaf is a decision or an event"),
    };

    private static string? ApplyLeaves(
        EdgeBook book, SignedRound round, int bytes, Action<PaymentRequest, Decision, Place>? seen)
    {
        var number = round.Header.Number;
        var documents = new Queue<byte[]>(round.Attachments);
        var sealedHere = false;
        for (var i = 0; i < round.Leaves.Count; i++)
        {
            var complaint = round.Leaves[i] switch
            {
                Leaf.Decided decided => ApplyDecision(book, decided, new(number, i), seen),
                Leaf.Event told => ApplyEvent(book, told, documents, i == round.Leaves.Count - 1, ref sealedHere),
                _ => "an unknown leaf",
            };
            if (complaint is not null) return $"round {number}, leaf {i}: {complaint}";
        }

        book.Close(round.Header, round.Root, sealedHere, bytes);
        return null;
    }

    private static string? ApplyDecision(
        EdgeBook book, Leaf.Decided leaf, Place place, Action<PaymentRequest, Decision, Place>? seen)
    {
        if (RequestCodec.TryParse(leaf.Request, out var view) is var wrong and not WireError.None)
            return $"request: {wrong}";
        if (DecisionCodec.TryParse(leaf.Decision, out var decision) is var bad and not WireError.None)
            return $"decision: {bad}";
        var request = view.ToRequest();
        if (decision!.Epoch != request.Epoch || decision.Sequence != request.Sequence)
            return "the decision is of another name";
        seen?.Invoke(request, decision, place);
        book.Apply(request, view.Digest(leaf.Request), decision, place);
        return null;
    }

    private static string? ApplyEvent(
        EdgeBook book, Leaf.Event leaf, Queue<byte[]> documents, bool isLast, ref bool sealedHere)
    {
        if (EventCodec.TryParse(leaf.Body, out var body) is var wrong and not WireError.None) return $"event: {wrong}";
        Grant? grant = null;
        Policy? policy = null;
        DenyList? denyList = null;
        switch (body)
        {
            case RoundEvent.LeaseOn when GrantCodec.TryParse(PayloadOf(documents), out grant) is not WireError.None:
                return "the lease's grant is missing";
            case RoundEvent.PolicyOn when PolicyCodec.TryParse(PayloadOf(documents), out policy) is not WireError.None:
                return "the policy is missing";
            case RoundEvent.DenyOn when DenyListCodec.TryParse(
                PayloadOf(documents), out denyList) is not WireError.None:
                return "the deny list is missing";
            case Seal seal:
                if (!isLast) return "a SEAL that is not the last leaf";
                if (!seal.Totals.SequenceEqual(book.Batches.SealOf(book, 0, 0).Totals))
                    return "SEAL totals that do not fit";
                sealedHere = true;
                break;
            default:
                break;
        }

        book.Apply(body!, grant, policy, denyList);
        return null;
    }

    private static ReadOnlySpan<byte> PayloadOf(Queue<byte[]> documents)
    {
        if (!documents.TryDequeue(out var message)) return default;
        return CoseSign1.TryParse(message, out var envelope) is WireError.None ? message.AsSpan(envelope.Payload)
            : default;
    }
}
