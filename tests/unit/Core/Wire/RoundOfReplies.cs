using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.Core.Wire;

/// <summary>A round of approved SALEs of one device, signed by an edge, with the reply to each.</summary>
internal sealed class RoundOfReplies
{
    public const uint Edge = 40213;

    private readonly byte[][] paths;
    private readonly byte[] signedRound;
    private readonly ulong witness;

    public RoundOfReplies(int leaves, TestKey edge)
    {
        Decisions = [.. Enumerable.Range(0, leaves).Select(i => Samples.Approved with { Sequence = 1042 + i })];
        Requests = [.. Enumerable.Range(0, leaves).Select(i => VectorSignatures.Message(
            Samples.Sale with { Sequence = 1042 + i }, TestKeys.DeviceEd25519))];
        Digests = [.. Requests.Select(Samples.DigestOf)];
        var hashes =
            Digests.Zip(Decisions, (digest, decision) => RoundCodec.LeafHash(digest, DecisionCodec.Encode(decision)));
        paths = MerkleTree.Paths(hashes.ToArray(), out var tree);
        var header = RoundCodec.EncodeHeader(new(
            Edge, 3, 12, 51234, leaves, Hash.Of("the round before"u8), tree, 1_790_000_001));
        signedRound = VectorSignatures.Message(MessageKind.Round, header, edge);
        witness = Witness.Of(TestKeys.Witness, 3, 51234, RoundCodec.RootOf(header));
    }

    public Decision[] Decisions { get; }

    public byte[][] Requests { get; }

    public Hash[] Digests { get; }

    public static RequestName NameOf(int index) => new(TestKeys.DeviceEd25519.Kid, 1, 1042 + index);

    public byte[] Bytes(int index) =>
        ReplyCodec.EncodeFinal(DecisionCodec.Encode(Decisions[index]), index, paths[index], signedRound, witness);

    public Reply.Final Reply(int index)
    {
        Assert.Equal(WireError.None, ReplyCodec.TryParse(Bytes(index), out var reply));
        return Assert.IsType<Reply.Final>(reply);
    }
}
