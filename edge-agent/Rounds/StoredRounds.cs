using MqttPay.EdgeAgent.Fences;
using MqttPay.Rounds;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Rounds;

/// <summary>
/// Reads durable rounds back: a reply is rebuilt byte for byte as it was first sent, never signed again; a batch is the
/// rounds as they stand in the journal.
/// </summary>
internal sealed class StoredRounds(History history, byte[] witnessKey)
{
    /// <summary>Returns null when the round is no longer held or cannot be read.</summary>
    public byte[]? Rebuild(Place place) => DecidedAt(place) is var (round, decided)
        ? ReplyCodec.EncodeFinal(
            decided.Decision, place.Leaf, PathOf(round, place.Leaf), round.Message, WitnessOf(round))
        : null;

    /// <summary>The same decision for a device of the payee, with the payer's kid and digest in front.</summary>
    public byte[]? RebuildNotice(Place place)
    {
        if (DecidedAt(place) is not var (round, decided)) return null;
        if (RequestCodec.TryParse(decided.Request, out var view) is not WireError.None) return null;
        return ReplyCodec.EncodeNotice(
            view.Kid, view.Digest(decided.Request), decided.Decision, place.Leaf, PathOf(round, place.Leaf),
            round.Message);
    }

    /// <summary>The request's message as it came, or null.</summary>
    public byte[]? MessageAt(Place place) =>
        RoundAt(place.Round) is { } round && place.Leaf < round.Leaves.Count
            ? (round.Leaves[place.Leaf] as Leaf.Decided)?.Request
            : null;

    public SignedRound? RoundAt(long number)
    {
        if (PayloadOf(number) is not { } payload) return null;
        return RoundCodec.TryParseRound(payload, out var round, out _) is WireError.None ? round : null;
    }

    /// <summary>The body of a batch of consecutive rounds; null when one of them is not on disk (yet).</summary>
    public byte[]? BatchOf(long first, long last) => Body(first, last, PayloadOf);

    /// <summary>
    /// Rounds of a fence that is over, from one on, as many as one message may hold; and the last of them. Null when
    /// the first cannot be read.
    /// </summary>
    public (byte[] Body, long Last)? LostFrom(LostRun run, long first)
    {
        byte[]? Read(long round) =>
            history.Index.FindIn(run.Fence, round) is > 0 and var lsn ? history.ReadPayload(run.Fence, lsn) : null;

        var (last, bytes, leaves) = (first - 1, 0, 0);
        while (last < run.Last && Read(last + 1) is { } payload)
        {
            bytes += payload.Length;
            if (RoundCodec.TryParseRound(payload, out var round, out _) is WireError.None)
                leaves += round!.Leaves.Count;
            if (last >= first && (bytes > BatchCutter.BytesMax || leaves > BatchCutter.LeavesMax)) break;
            last++;
        }

        return last < first ? null : (Body(first, last, Read)!, last);
    }

    private static byte[]? Body(long first, long last, Func<long, byte[]?> read)
    {
        var bodies = new List<byte[]>();
        for (var number = first; number <= last; number++)
        {
            if (read(number) is not { } payload) return null;
            bodies.Add(payload);
        }

        return BatchCodec.Encode(bodies);
    }

    private (SignedRound Round, Leaf.Decided Decided)? DecidedAt(Place place) =>
        RoundAt(place.Round) is { } round && place.Leaf < round.Leaves.Count
        && round.Leaves[place.Leaf] is Leaf.Decided decided
            ? (round, decided)
            : null;

    private static byte[] PathOf(SignedRound round, int leaf) =>
        MerkleTree.Path([.. round.Leaves.Select(Replay.HashOf)], leaf);

    private byte[]? PayloadOf(long round) =>
        history.Index.Find(round) is var (fence, lsn) ? history.ReadPayload(fence, lsn) : null;

    private ulong WitnessOf(SignedRound round) =>
        Witness.Of(witnessKey, round.Header.Fence, round.Header.Number, round.Root);
}
