using System.Threading.Channels;
using MqttPay.EdgeAgent.Rounds;
using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Mqtt;

/// <summary>
/// Answers requests: the acknowledgement first, the reply second. Which input gets what is the table of docs/WIRE.md;
/// an answer that would only help an attacker is silence.
/// </summary>
internal sealed class Responder(
    ILink link, Inbox inbox, StoredRounds stored, byte[] witnessKey, EdgeCounters counters, TimeProvider clock)
{
    private const uint FrozenRetryMs = 30_000;
    private const uint ShedRetryMs = 1_000;

    private readonly Channel<Action> readings = Channel.CreateUnbounded<Action>(new() { SingleReader = true });
    private readonly HintLimit hints = new(clock);
    private int inFlight;

    /// <summary>Requests that came and have no answer yet.</summary>
    public int InFlight => Volatile.Read(ref inFlight);

    public void Begin() => Interlocked.Increment(ref inFlight);

    /// <summary>Sends what has been said since the last flush.</summary>
    public void Flush() => link.Flush();

    /// <summary>A final reply, with the proof that its round includes it.</summary>
    public void Reply(Incoming incoming, Round round, int leaf, byte[] signedHeader)
    {
        var decided = (Leaf.Decided)round.Leaves[leaf];
        var witness = Witness.Of(witnessKey, round.Header.Fence, round.Header.Number, round.Root);
        var reply = ReplyCodec.EncodeFinal(decided.Decision, leaf, round.PathOf(leaf), signedHeader, witness);
        Finish(incoming.Token, LinkAck.Accepted, reply);
    }

    /// <summary>The stored reply again. Reading it may touch the disk, so the loop does not wait for it.</summary>
    public void Repeat(Incoming incoming, Place place)
    {
        counters.Repeated();
        readings.Writer.TryWrite(() =>
        {
            var reply = stored.Rebuild(place);
            if (reply is null) Hint(incoming, DecisionCode.TempError);
            else Finish(incoming.Token, LinkAck.Accepted, reply);
        });
    }

    /// <summary>A voucher is kept: acknowledged, and not answered.</summary>
    public void Accept(Incoming incoming) => Finish(incoming.Token, LinkAck.Accepted, default);

    /// <summary>A copy of a payer's approval for a device that may capture it.</summary>
    public void Notify(KeyId device, Incoming payer, Round round, int leaf, byte[] signedHeader)
    {
        var decided = (Leaf.Decided)round.Leaves[leaf];
        link.Send(device, ReplyCodec.EncodeNotice(
            payer.Request.Kid, payer.Digest, decided.Decision, leaf, round.PathOf(leaf), signedHeader));
    }

    /// <summary>The answer to a payee's STATUS: the notice again.</summary>
    public void RepeatNotice(Incoming status, Place place) => readings.Writer.TryWrite(() =>
    {
        var notice = stored.RebuildNotice(place);
        if (notice is null) Hint(status, DecisionCode.TempError);
        else Finish(status.Token, LinkAck.Accepted, notice);
    });

    public void ReadConflict(Incoming second, Place first) => readings.Writer.TryWrite(
        () => inbox.Post(new Input.ConflictRead(second, stored.MessageAt(first))));

    /// <summary>Does the reading that the loop must not wait for.</summary>
    public async Task RunReadingsAsync(CancellationToken cancel)
    {
        await foreach (var reading in readings.Reader.ReadAllAsync(cancel))
        {
            reading();
            link.Flush();
        }
    }

    public void Hint(Incoming incoming, DecisionCode code)
    {
        counters.Hinted(code);
        var ack = code switch
        {
            DecisionCode.BadSignature => LinkAck.NotAuthorized,
            DecisionCode.TempError => LinkAck.QuotaExceeded,
            DecisionCode.Format => LinkAck.PayloadFormatInvalid,
            _ => LinkAck.Accepted,
        };
        Finish(incoming.Token, ack, HintOf(incoming.Request, code));
    }

    public void Ignore(Incoming incoming, WireError reason)
    {
        counters.Refused(reason);
        Finish(incoming.Token, LinkAck.NotAuthorized, default);
    }

    /// <summary>Bytes that are no request: a hint only when its name could be read.</summary>
    public void Refuse(LinkRequest request, WireError error, in RequestView view)
    {
        counters.Refused(error);
        var foreign = error is WireError.TopicMismatch;
        var hint = !foreign && view.HasName && hints.May(request.Kid)
            ? ReplyCodec.EncodeHint(view.Epoch, view.Sequence, DecisionCode.Format, 0)
            : null;
        Finish(request, foreign ? LinkAck.NotAuthorized : LinkAck.PayloadFormatInvalid, hint);
        link.Flush();
    }

    /// <summary>Too much work: never a decline. The device keeps its bytes and sends them again.</summary>
    public void Shed(LinkRequest request, PaymentRequest parsed)
    {
        counters.Hinted(DecisionCode.TempError);
        Finish(request, LinkAck.QuotaExceeded, HintOf(parsed, DecisionCode.TempError));
        link.Flush();
    }

    private byte[]? HintOf(PaymentRequest request, DecisionCode code)
    {
        if (!hints.May(request.Kid)) return null;
        var retryMs = code switch
        {
            DecisionCode.EdgeFrozen => FrozenRetryMs,
            DecisionCode.TempError => ShedRetryMs,
            _ => 0u,
        };
        var sequence = request.Sequence > 0 ? request.Sequence : request.ReferenceSequence ?? 0;
        return ReplyCodec.EncodeHint(request.Epoch, sequence, code, retryMs);
    }

    private void Finish(object? token, LinkAck ack, byte[]? reply)
    {
        Interlocked.Decrement(ref inFlight);
        link.Complete((LinkRequest)token!, ack, reply);
    }
}
