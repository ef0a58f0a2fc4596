using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>The round that is being built.</summary>
internal sealed class OpenRound
{
    private readonly List<Leaf> leaves = [];
    private readonly List<Hash> hashes = [];
    private readonly List<Incoming?> requests = [];
    private readonly List<byte[]> attachments = [];

    public int Count => leaves.Count;

    /// <summary>When the first leaf was added, Unix seconds; the header carries it.</summary>
    public uint Unix { get; private set; }

    public int Add(Incoming request, Decision decision, uint unix)
    {
        var body = DecisionCodec.Encode(decision);
        return Add(new Leaf.Decided(request.Message, body), RoundCodec.LeafHash(request.Digest, body), request, unix);
    }

    public int Add(RoundEvent body, byte[]? attachment, uint unix)
    {
        var bytes = EventCodec.Encode(body);
        if (attachment is not null) attachments.Add(attachment);
        return Add(new Leaf.Event(bytes), RoundCodec.LeafHash(default, bytes), null, unix);
    }

    public byte[]? MessageOf(int leaf) => (leaves[leaf] as Leaf.Decided)?.Request;

    public Round Close(uint edge, uint fence, uint incarnation, long number, Hash previousRoot)
    {
        Hash[] all = [.. hashes];
        var header = new RoundHeader(
            edge, fence, incarnation, number, all.Length, previousRoot, MerkleTree.Root(all), Unix);
        return new(header, [.. leaves], all, [.. requests], [.. attachments]);
    }

    private int Add(Leaf leaf, Hash hash, Incoming? request, uint unix)
    {
        if (leaves.Count == 0) Unix = unix;
        leaves.Add(leaf);
        hashes.Add(hash);
        requests.Add(request);
        return leaves.Count - 1;
    }
}
