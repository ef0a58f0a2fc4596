using MqttPay.EdgeAgent.Storage;
using MqttPay.Rounds;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Rounds;

/// <summary>
/// Reads durable rounds back: a reply is rebuilt byte for byte as it was first sent, never signed again; a batch is the
/// rounds as they stand in the journal.
/// </summary>
internal sealed class StoredRounds(Journal journal, RoundIndex index, byte[] witnessKey)
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
    public byte[]? BatchOf(long first, long last)
    {
        var bodies = new List<byte[]>();
        for (var number = first; number <= last; number++)
        {
            if (PayloadOf(number) is not { } payload) return null;
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

    private byte[]? PayloadOf(long round)
    {
        var lsn = index.LsnOf(round);
        return lsn == 0 ? null : journal.ReadPayload(lsn);
    }

    private ulong WitnessOf(SignedRound round) =>
        Witness.Of(witnessKey, round.Header.Fence, round.Header.Number, round.Root);
}
