using MqttPay.EdgeAgent.Rounds;
using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Sync;

/// <summary>
/// Talks to the cloud: asks for leases and lists, and sends sealed batches, one in flight, the same bytes until they
/// are acknowledged. Nothing here can delay a decision.
/// </summary>
internal sealed partial class SyncLoop(
    CloudClient cloud, CloudDocuments documents, CloudNews news, AskNumbers numbers, RoundLoop loop, Inbox inbox,
    StoredRounds rounds, Connectivity connectivity, EdgeClock clock, TimeProvider time, ILogger<SyncLoop> logger)
{
    private const int AsksMax = 256;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly AskPauses pauses = new();
    private TaskCompletionSource kicked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long? resendFrom;
    private long sentThrough;
    private long sealedAt;
    private long syncedAt;
    private int uploads;

    /// <summary>Told after each turn whether the cloud answered.</summary>
    public required Action<bool> Reached { get; init; }

    /// <summary>The reason why the oldest batch does not move, or null.</summary>
    public string? Quarantine { get; private set; }

    /// <summary>When the cloud last answered; null before the first answer of this run.</summary>
    public DateTimeOffset? LastContact { get; private set; }

    /// <summary>Does not wait for the next turn.</summary>
    public void Kick() => Volatile.Read(ref kicked).TrySetResult();

    /// <summary>A round is on disk: whoever waits for an upload waits no longer than it must.</summary>
    public void RoundDurable()
    {
        if (Volatile.Read(ref uploads) > 0) Kick();
    }

    /// <summary>Seals what is open and returns when the cloud has acknowledged everything up to a round.</summary>
    public async Task UploadAsync(long through, CancellationToken cancel)
    {
        Interlocked.Increment(ref uploads);
        try
        {
            inbox.Post(new Input.SealWanted(clock.BusinessDate));
            Kick();
            await loop.AcknowledgedAsync(through).WaitAsync(cancel);
        }
        finally
        {
            Interlocked.Decrement(ref uploads);
        }
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            Volatile.Write(ref kicked, new(TaskCreationOptions.RunContinuationsAsynchronously));
            var reached = false;
            try
            {
                reached = (MaySkipSync || await SyncAsync(cancel)) && await DrainAsync(cancel);
            }
            catch (Exception fault) when (!cancel.IsCancellationRequested)
            {
                LogFailed(logger, fault);   // The loop's edge: the journal keeps everything, the next turn tries again.
            }

            connectivity.Report(reached);
            Reached(reached);
            await Task.WhenAny(kicked.Task, Task.Delay(Interval, time, cancel));
        }
    }

    /// <summary>A payment waits for the outbox: news can wait a moment.</summary>
    private bool MaySkipSync => Volatile.Read(ref uploads) > 0 && time.GetElapsedTime(syncedAt) < Interval;

    /// <summary>Asks what is new. Returns whether the cloud answered.</summary>
    private async Task<bool> SyncAsync(CancellationToken cancel)
    {
        var since = clock.Now.ElapsedSeconds;
        syncedAt = time.GetTimestamp();
        var (request, asked) = await loop.AskAsync(machine => RequestOf(machine, since));
        var (answer, reason) = await cloud.SyncAsync(request, cancel);
        if (answer is null)
        {
            LogUnreachable(logger, reason!);
            return false;
        }

        LastContact = time.GetUtcNow();
        foreach (var (ask, code) in answer.Refusals)
            if (asked.TryGetValue(ask, out var want)) pauses.Refused(want, code, since);
        await news.TakeAsync(answer, since, cancel);
        return true;
    }

    private (SyncRequest Request, Dictionary<uint, AskPauses.Want> Asked) RequestOf(EdgeMachine machine, long now)
    {
        var book = machine.Book;
        var wanted = LeaseWants.Of(book, machine.Roster).Select(purse => AskPauses.Want.Of(purse, book))
            .Where(want => pauses.MayAsk(want, now)).Take(AsksMax).ToDictionary(_ => numbers.Next());
        LeaseAsk[] list = [.. wanted.Select(ask => new LeaseAsk(
            ask.Key, book.Fence, ask.Value.Purse.Account, ask.Value.Purse.Currency, 1, Evidence.LeaseLow,
            book.DenyVersion, book.Incarnation))];
        return (ParkedAsk.PositionOf(machine, list), wanted);
    }

    /// <summary>
    /// Sends what is sealed, oldest first, and seals what has waited long enough. Returns whether the link holds.
    /// </summary>
    private async Task<bool> DrainAsync(CancellationToken cancel)
    {
        var (batches, unsealed, watermark) = await loop.AskAsync(machine => (
            machine.Book.Batches.Waiting.ToArray(), machine.Book.Batches.Leaves, machine.Book.Watermark));
        foreach (var batch in batches)
        {
            if (batch.LastRound <= Math.Max(watermark, sentThrough)) continue;
            if (await SendAsync(batch, cancel) is not { } moved) return false;
            if (!moved) return true;
        }

        if (unsealed > 0 && time.GetElapsedTime(sealedAt) >= cloud.SealAfter)
        {
            sealedAt = time.GetTimestamp();
            inbox.Post(new Input.SealWanted(clock.BusinessDate));
        }

        return true;
    }

    /// <summary>Sends one batch. True: go on; false: wait for the next turn; null: the link is gone.</summary>
    private async Task<bool?> SendAsync(SealedBatch batch, CancellationToken cancel)
    {
        var from = Math.Min(resendFrom ?? batch.FirstRound, batch.FirstRound);
        if (rounds.BatchOf(from, batch.LastRound) is not { } body) return false;   // Not on disk yet.
        switch (await cloud.PostBatchAsync(body, cancel))
        {
            case BatchAnswer.Acked(var message) when TakeAck(message, batch.LastRound):
                (resendFrom, Quarantine) = (null, null);
                return true;
            case BatchAnswer.Acked:
                Quarantine = "the acknowledgement does not fit";
                return false;
            case BatchAnswer.Gap(var next, _):
                resendFrom = next;
                return false;
            case BatchAnswer.Forked(var next, _):
                LogHistory(logger, FreezeCause.Fork, next);
                inbox.Post(new Input.HistoryLost(FreezeCause.Fork));
                Quarantine = "the cloud holds another history of this edge";
                return false;
            case BatchAnswer.Refused(var reason):
                LogRefused(logger, batch.FirstRound, batch.LastRound, reason);
                Quarantine = reason;
                return false;
            case BatchAnswer.Busy:
                return false;
            case BatchAnswer.Unreachable(var reason):
                LogUnreachable(logger, reason);
                return null;
            default:
                throw new InvariantException("an answer that is not known");
        }
    }

    private bool TakeAck(byte[] message, long round)
    {
        if (documents.Open<Ack>(MessageKind.Ack, message, AckCodec.TryParse) is not { } ack || ack.Round < round)
            return false;
        loop.Acknowledge(ack, message);
        sentThrough = ack.Round;
        return true;
    }

    [LoggerMessage(5301, LogLevel.Debug, "the cloud cannot be reached: {Reason}")]
    private static partial void LogUnreachable(ILogger logger, string reason);

    [LoggerMessage(5302, LogLevel.Error, "rounds {First} to {Last} were refused whole and wait here: {Reason}")]
    private static partial void LogRefused(ILogger logger, long first, long last, string reason);

    [LoggerMessage(
        5303, LogLevel.Critical,
        "the cloud's history of this edge differs ({Cause}; it expects round {Next}); approvals stop")]
    private static partial void LogHistory(ILogger logger, FreezeCause cause, long next);

    [LoggerMessage(5304, LogLevel.Error, "a turn of the sync loop failed")]
    private static partial void LogFailed(ILogger logger, Exception fault);
}
