using MqttPay.EdgeAgent.Mqtt;
using MqttPay.EdgeAgent.Storage;
using MqttPay.EdgeAgent.Sync;
using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Rounds;

/// <summary>
/// The one owner of the edge's state: feeds the core what waits, and carries out what the core answers. A failure here
/// ends the process, because nobody knows then what was promised.
/// </summary>
internal sealed class RoundLoop(
    EdgeMachine machine, EdgeClock clock, Inbox inbox, RoundSigner signer, JournalWriter writer, VerifyPool verifiers,
    Responder responder, RefusalLog refusals, StoreRoom room)
{
    private const int InputsMax = EdgeSettings.RoundSizeMax - 8;   // Events may join a round: leave them room.

    private readonly Dictionary<long, byte[]> signedHeaders = [];
    private readonly Queue<(Ack Ack, byte[] Bytes)> acksToWrite = [];
    private readonly List<(long Through, TaskCompletionSource Done)> acknowledged = [];
    private bool ackInFlight;
    private readonly List<Input> inputs = [];
    private readonly List<Action> commands = [];

    /// <summary>Takes the payments that wait for the cloud. Set before the loop runs.</summary>
    public required Action<ParkedAsk> Ask { get; init; }

    /// <summary>Runs until cancelled; a command wakes it to notice. On a thread of its own.</summary>
    public void Run(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            inbox.Take(inputs, commands, machine.HasRoom, InputsMax);
            foreach (var command in commands) command();
            if (!room.MayDecide && machine.Book.Frozen is FreezeCause.None) PutOff();
            foreach (var effect in machine.Step(inputs, clock.Now)) CarryOut(effect);
            WriteAcks();
            responder.Flush();
        }
    }

    /// <summary>Asks the machine something on the loop's thread.</summary>
    public Task<T> AskAsync<T>(Func<EdgeMachine, T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        inbox.Post(() =>
        {
            try
            {
                answer.SetResult(question(machine));
            }
            catch (Exception fault)
            {
                answer.SetException(fault);   // The asker's fault, not the loop's.
            }
        });
        return answer.Task;
    }

    /// <summary>Writes a checked acknowledgement of the cloud, and moves the watermark.</summary>
    public void Acknowledge(Ack ack, byte[] message) => inbox.Post(() => acksToWrite.Enqueue((ack, message)));

    /// <summary>Done when the cloud has acknowledged everything up to a round.</summary>
    public Task AcknowledgedAsync(long through)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        inbox.Post(() =>
        {
            acknowledged.Add((through, done));
            TellAcknowledged();
        });
        return done.Task;
    }

    /// <summary>An acknowledgement is on disk: the next may be written.</summary>
    public void AckDurable() => inbox.Post(() => ackInFlight = false);

    /// <summary>
    /// No room for a decision: the devices keep their bytes. What is known already is answered as ever.
    /// </summary>
    private void PutOff() => inputs.RemoveAll(input =>
    {
        if (input is not Input.Verified(var request, _) || request.Request.Operation is Operation.Status) return false;
        responder.Hint(request, DecisionCode.TempError);
        return true;
    });

    private void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Effect.Verify(var request, var key): verifiers.Post(request, key); break;
            case Effect.Append(var round): Append(round); break;
            case Effect.Reply(var request, var round, var leaf):
                responder.Reply(request, round, leaf, signedHeaders[round.Header.Number]);
                break;
            case Effect.Repeat(var request, var place): responder.Repeat(request, place); break;
            case Effect.Accept(var request): responder.Accept(request); break;
            case Effect.Notify(var device, var payer, var round, var leaf):
                responder.Notify(device, payer, round, leaf, signedHeaders[round.Header.Number]);
                break;
            case Effect.RepeatNotice(var status, var place): responder.RepeatNotice(status, place); break;
            case Effect.Hint(var request, var code): responder.Hint(request, code); break;
            case Effect.Ignore(var request, var reason): responder.Ignore(request, reason); break;
            case Effect.Ask ask: Ask(ParkedAsk.Of(ask, machine, clock.Now)); break;
            case Effect.Refused(var request, var decision, var headroom):
                refusals.Add(request, decision, headroom);
                break;
            case Effect.ReadConflict(var second, var first): responder.ReadConflict(second, first); break;
            default: throw new InvariantException($"no hands for {effect}");
        }
    }

    private void Append(Round round)
    {
        var signed = signer.Sign(round);
        signedHeaders[round.Header.Number] = signed.Message;
        signedHeaders.Remove(round.Header.Number - EdgeSettings.UnsyncedMax - 1);   // Replies of these have left.
        Invariant.Holds(writer.TryWrite(
            FrameKind.Round, round.Header.Incarnation, RoundCodec.EncodeRound(signed), round.Header.Number));
    }

    /// <summary>
    /// One acknowledgement at a time is on its way to the disk, so that rounds always find room. It counts from the
    /// place where it stands in the journal: between two rounds, where a replay meets it too.
    /// </summary>
    private void WriteAcks()
    {
        if (ackInFlight || machine.Book.Incarnation == 0 || !machine.IsBetweenRounds) return;
        if (!acksToWrite.TryDequeue(out var message)) return;
        Invariant.Holds(writer.TryWrite(FrameKind.Ack, machine.Book.Incarnation, message.Bytes, message.Bytes));
        ackInFlight = true;
        foreach (var effect in machine.Step([new Input.Acknowledged(message.Ack)], clock.Now)) CarryOut(effect);
        TellAcknowledged();
    }

    private void TellAcknowledged()
    {
        foreach (var (through, done) in acknowledged)
            if (through <= machine.Book.Watermark) done.TrySetResult();
        acknowledged.RemoveAll(static each => each.Done.Task.IsCompleted);
    }
}
