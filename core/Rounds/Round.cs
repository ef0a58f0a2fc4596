using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>
/// A closed round: the unit that is signed, written, answered and sent. Its header's hash is its root.
/// </summary>
public sealed class Round
{
    private readonly Hash[] hashes;

    internal Round(
        RoundHeader header, IReadOnlyList<Leaf> leaves, Hash[] hashes, IReadOnlyList<Incoming?> requests,
        IReadOnlyList<byte[]> attachments)
    {
        Header = header;
        HeaderBytes = RoundCodec.EncodeHeader(header);
        Root = RoundCodec.RootOf(HeaderBytes);
        Leaves = leaves;
        Requests = requests;
        Attachments = attachments;
        this.hashes = hashes;
    }

    public RoundHeader Header { get; }

    /// <summary>What the edge signs, once.</summary>
    public byte[] HeaderBytes { get; }

    public Hash Root { get; }

    public IReadOnlyList<Leaf> Leaves { get; }

    /// <summary>Who waits for each leaf; null for an event.</summary>
    public IReadOnlyList<Incoming?> Requests { get; }

    /// <summary>The signed cloud documents that the round's events apply, in the events' order.</summary>
    public IReadOnlyList<byte[]> Attachments { get; }

    /// <summary>The proof that a leaf is in this round: its siblings up to the tree.</summary>
    public byte[] PathOf(int leaf) => MerkleTree.Path(hashes, leaf);
}
