using MqttPay.EdgeAgent.Rounds;
using MqttPay.EdgeAgent.Storage;
using MqttPay.EdgeAgent.Sync;
using MqttPay.Host.Signatures;
using MqttPay.Rounds;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent;

/// <summary>
/// Brings the book up to date from the journal at start. What does not fit is damage: the edge freezes, and says where.
/// </summary>
/// <param name="take">What is done with each round; null: it is applied to the book.</param>
internal sealed class JournalReplay(
    EdgeBook book, RoundIndex index, CloudDocuments documents, Func<SignedRound, int, string?>? take = null)
{
    private SignedRound? last;

    public string? Check(JournalEntry entry) => entry.Kind switch
    {
        FrameKind.Round => CheckRound(entry),
        FrameKind.Ack => CheckAck(entry),
        _ => $"a frame of kind {entry.Kind}, written by a newer version",
    };

    /// <summary>Another fence begins: its rounds have a newest one of their own.</summary>
    public void BeginFence() => last = null;

    /// <summary>The root chain ties all rounds together, so the newest signature vouches for them all.</summary>
    public bool LastIsSignedBy(IEnumerable<PublicKey> keys)
    {
        if (last is null) return true;
        if (CoseSign1.TryParse(last.Message, out var envelope) is not WireError.None) return false;
        if (keys.FirstOrDefault(key => key.Id == envelope.Kid) is not { } signer) return false;
        using var key = VerifyingKey.TryCreate(signer);
        var payload = last.Message.AsSpan(envelope.Payload);
        var toBeSigned = CoseSign1.ToBeSigned(MessageKind.Round, envelope.Kid, envelope.Algorithm, payload);
        return key is not null && key.Verify(toBeSigned, last.Message.AsSpan(envelope.Signature));
    }

    private string? CheckRound(JournalEntry entry)
    {
        if (RoundCodec.TryParseRound(entry.Payload, out var round, out _) is var error and not WireError.None)
            return $"frame {entry.Lsn} holds no round: {error}";
        if (Apply(round!, entry.Payload.Length) is { } complaint) return complaint;
        if (!round!.Attachments.All(IsTheClouds))
            return $"round {round.Header.Number} applies a document that the cloud did not sign";
        index.Add(round.Header.Number, entry.Lsn);
        last = round;
        return null;
    }

    private string? Apply(SignedRound round, int bytes) =>
        take is null ? Replay.Apply(book, round, bytes) : take(round, bytes);

    private string? CheckAck(JournalEntry entry)
    {
        if (documents.Open<Ack>(MessageKind.Ack, entry.Payload, AckCodec.TryParse) is not { } ack)
            return $"frame {entry.Lsn} holds no acknowledgement of the cloud";
        return Replay.Apply(book, ack) ? null : $"frame {entry.Lsn} acknowledges another history";
    }

    private bool IsTheClouds(byte[] message) =>
        documents.Open<Grant>(MessageKind.Grant, message, GrantCodec.TryParse) is not null
        || documents.Open<MqttPay.Payments.Policy>(MessageKind.Policy, message, PolicyCodec.TryParse) is not null
        || documents.Open<DenyList>(MessageKind.DenyList, message, DenyListCodec.TryParse) is not null;
}
