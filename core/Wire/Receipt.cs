using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>What a device, or anyone who holds its request, checks before a final reply counts.</summary>
public static class Receipt
{
    /// <summary>
    /// Checks all but the signature, and hands out what it is over. The caller accepts the reply only if the verdict is
    /// <see cref="ReceiptVerdict.Ok"/> and the signature verifies under the edge key.
    /// </summary>
    /// <param name="digest">The digest of the device's own request, never one that came with the reply.</param>
    public static ReceiptVerdict Check(
        Reply.Final reply, RequestName name, Hash digest, uint edge, PublicKey edgeKey, out byte[] toBeSigned,
        out byte[] signature)
    {
        (toBeSigned, signature) = ([], []);
        var decision = reply.Decision;
        if (decision.Epoch != name.Epoch || decision.Sequence != name.Sequence) return ReceiptVerdict.WrongName;
        return Check(
            reply.SignedRound, reply.Header, digest, reply.DecisionBytes, reply.Index, reply.Path, edge, edgeKey,
            out toBeSigned, out signature);
    }

    /// <summary>
    /// The same for a notice, whose digest came with it: it proves that the edge decided what the notice says.
    /// </summary>
    public static ReceiptVerdict Check(
        Reply.Notice notice, uint edge, PublicKey edgeKey, out byte[] toBeSigned, out byte[] signature) => Check(
            notice.SignedRound, notice.Header, notice.Digest, notice.DecisionBytes, notice.Index, notice.Path, edge,
            edgeKey, out toBeSigned, out signature);

    private static ReceiptVerdict Check(
        byte[] signedRound, RoundHeader header, Hash digest, byte[] decision, int index, byte[] path, uint edge,
        PublicKey edgeKey, out byte[] toBeSigned, out byte[] signature)
    {
        (toBeSigned, signature) = ([], []);
        if (header.Edge != edge) return ReceiptVerdict.WrongEdge;
        if (CoseSign1.TryParse(signedRound, out var envelope) is not WireError.None) return ReceiptVerdict.Malformed;
        if (envelope.Kid != edgeKey.Id || envelope.Algorithm != edgeKey.Algorithm) return ReceiptVerdict.WrongKey;
        var leaf = RoundCodec.LeafHash(digest, decision);
        var included = MerkleTree.Verify(leaf, index, header.Count, path, header.Tree);
        if (!included && !Planted.Is(Bug.P35)) return ReceiptVerdict.NotIncluded;
        toBeSigned = CoseSign1.ToBeSigned(
            MessageKind.Round, envelope.Kid, envelope.Algorithm, signedRound.AsSpan(envelope.Payload));
        signature = signedRound[envelope.Signature];
        return ReceiptVerdict.Ok;
    }
}
