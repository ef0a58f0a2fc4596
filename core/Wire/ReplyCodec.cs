using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>
/// Replies: [0, decision, index, path, signed-round, witness], [1, epoch, seq, code, retry-ms] or a notice.
/// </summary>
public static class ReplyCodec
{
    /// <summary>No reply is longer: the receive buffer of a device.</summary>
    public const int MessageMax = 640;

    private const int FinalKind = 0, HintKind = 1, NoticeKind = 2;

    public static byte[] EncodeFinal(
        ReadOnlySpan<byte> decision, int index, ReadOnlySpan<byte> path, ReadOnlySpan<byte> signedRound,
        ulong witness) =>
        new StrictWriter(MessageMax).Array(6).Unsigned(FinalKind)
            .Bytes(decision).Unsigned(index).Bytes(path).Raw(signedRound).Bytes8(witness).ToArray();

    public static byte[] EncodeHint(uint epoch, long sequence, DecisionCode code, uint retryMs) =>
        new StrictWriter(32).Array(5).Unsigned(HintKind)
            .Unsigned(epoch).Unsigned(sequence).Unsigned((int)code).Unsigned(retryMs).ToArray();

    public static byte[] EncodeNotice(
        KeyId kid, Hash digest, ReadOnlySpan<byte> decision, int index, ReadOnlySpan<byte> path,
        ReadOnlySpan<byte> signedRound) =>
        new StrictWriter(MessageMax).Array(7).Unsigned(NoticeKind).Bytes8(kid.Value).Hash(digest)
            .Bytes(decision).Unsigned(index).Bytes(path).Raw(signedRound).ToArray();

    public static WireError TryParse(ReadOnlySpan<byte> bytes, out Reply? reply)
    {
        reply = null;
        if (bytes.IsEmpty) return WireError.Empty;
        if (bytes.Length > MessageMax) return WireError.TooLong;
        var reader = new StrictReader(bytes);
        var read = (reader.Array(5, 7), reader.Small(FinalKind, NoticeKind)) switch
        {
            (6, FinalKind) => ReadFinal(ref reader, bytes),
            (5, HintKind) => new Reply.Hint(
                reader.U32OrZero(), reader.U63OrZero(), (DecisionCode)reader.Small(0, 255), reader.U32OrZero()),
            (7, NoticeKind) => ReadNotice(ref reader, bytes),
            _ => Unknown(ref reader),
        };
        if (reader.End() is not WireError.None and var error) return error;
        reply = read;
        return WireError.None;
    }

    private static Reply.Final? ReadFinal(ref StrictReader reader, ReadOnlySpan<byte> bytes)
    {
        if (!ReadProof(ref reader, bytes, out var proof)) return null;
        var witness = reader.Bytes8();
        return new(
            proof.DecisionBytes, proof.Decision, proof.Index, proof.Path, proof.SignedRound, proof.Header, witness);
    }

    private static Reply.Notice? ReadNotice(ref StrictReader reader, ReadOnlySpan<byte> bytes)
    {
        var kid = reader.Kid();
        var digest = reader.Hash();
        if (!ReadProof(ref reader, bytes, out var proof)) return null;
        return new(
            kid, digest, proof.DecisionBytes, proof.Decision, proof.Index, proof.Path, proof.SignedRound, proof.Header);
    }

    private static Reply? Unknown(ref StrictReader reader)
    {
        reader.Fail(WireError.WrongSize);
        return null;
    }

    private static bool ReadProof(ref StrictReader reader, ReadOnlySpan<byte> bytes, out Proof proof)
    {
        proof = default;
        var decisionBytes = reader.Bytes(1, WireLimits.DecisionMax);
        if (!reader.Ok) return false;
        if (DecisionCodec.TryParse(decisionBytes, out var decision) is not WireError.None and var error)
            return reader.Fail(error);
        var index = reader.Small(0, WireLimits.RoundSizeMax - 1);
        var path = reader.Bytes(0, WireLimits.PathMax);
        if (reader.Ok && path.Length % Hash.Size != 0) reader.Fail(WireError.WrongSize);
        if (!RoundCodec.ReadSignedHeader(ref reader, bytes, out var message, out var header, out _)) return false;
        proof = new(decisionBytes.ToArray(), decision!, index, path.ToArray(), message, header!);
        return true;
    }

    private readonly record struct Proof(
        byte[] DecisionBytes, Decision Decision, int Index, byte[] Path, byte[] SignedRound, RoundHeader Header);
}
