using System.Threading.Channels;
using MqttPay.EdgeAgent.Rounds;
using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Sync;

/// <summary>
/// Asks the cloud about payments that wait. Each gets its answer or its "no answer" within the budget, whatever the
/// link does: a slow cloud may cost a payment the budget, and after a few of them costs nothing.
/// </summary>
internal sealed partial class AskDesk : IDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(50);

    private readonly Channel<ParkedAsk> asks = Channel.CreateUnbounded<ParkedAsk>(new() { SingleReader = true });
    private readonly CloudClient cloud;
    private readonly AskNumbers numbers;
    private readonly Inbox inbox;
    private readonly TimeSpan budget;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly OnlineResilience online;
    private readonly SemaphoreSlim breaks = new(0);
    private readonly Lock gate = new();   // Link and breaker change on threads of their own.
    private volatile ParkedAsk? newest;
    private bool linkIsUp;
    private bool askable;

    /// <param name="budget">Zero: never ask.</param>
    public AskDesk(
        CloudClient cloud, AskNumbers numbers, Inbox inbox, TimeSpan budget, TimeProvider time, ILogger logger)
    {
        (this.cloud, this.numbers, this.inbox) = (cloud, numbers, inbox);
        (this.budget, this.time, this.logger) = (budget, time, logger);
        online = new(budget > TimeSpan.Zero ? budget : TimeSpan.FromSeconds(1), time) { Changed = BreakerChanged };
    }

    /// <summary>Takes what an answer brings: before the payments that wait for it are told.</summary>
    public required Func<SyncAnswer, long, CancellationToken, Task> TakeNews { get; init; }

    /// <summary>Brings the outbox to the cloud, up to a round.</summary>
    public required Func<long, CancellationToken, Task> UploadAsync { get; init; }

    /// <summary>Never waits. On the loop's thread.</summary>
    public void Post(ParkedAsk ask) => asks.Writer.TryWrite(ask);

    /// <summary>Each call of the sync loop says how it went.</summary>
    public void LinkIs(bool up)
    {
        lock (gate)
        {
            linkIsUp = up;
            TellIfChanged();
        }
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        if (budget <= TimeSpan.Zero) return;
        var probing = ProbeAsync(cancel);
        var open = new List<Task>();
        while (await asks.Reader.WaitToReadAsync(cancel))
        {
            var waiting = new List<ParkedAsk>();
            while (asks.Reader.TryRead(out var ask)) waiting.Add(ask);
            newest = waiting[^1];
            open.RemoveAll(static task => task.IsCompleted);
            foreach (var kind in waiting.GroupBy(static ask => ask.NeedsUpload))
                open.Add(AnswerAsync([.. kind], kind.Key, cancel));
        }

        await Task.WhenAll([.. open, probing]);
    }

    public void Dispose() => breaks.Dispose();

    private async Task AnswerAsync(IReadOnlyList<ParkedAsk> waiting, bool upload, CancellationToken cancel)
    {
        var answered = new HashSet<long>();
        try
        {
            using var limit = new CancellationTokenSource(budget, time);
            using var until = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
            if (upload) await UploadAsync(waiting.Max(static ask => ask.Through), until.Token);

            // What is left of the budget after an upload says nothing about the cloud's speed: no failure of the
            // breaker's. Without an upload the pipeline's own time limit counts.
            var byNumber = waiting.ToDictionary(_ => numbers.Next());
            LeaseAsk[] list = [.. byNumber.Select(static ask => ask.Value.Numbered(ask.Key))];
            var answer = await online.RunAsync(
                token => cloud.AskAsync(waiting[0].Position with { Asks = list }, token),
                upload ? until.Token : cancel);
            await TakeNews(answer, waiting.Min(static ask => ask.SinceSeconds), cancel);
            foreach (var (number, ask) in byNumber)
            {
                if (CodeFor(ask, number, answer) is not { } code) continue;
                inbox.Post(new Input.AskAnswered(ask.Parked, code));
                answered.Add(ask.Parked);
            }
        }
        catch (Exception fault) when (OnlineResilience.IsOpen(fault))
        {
            // Parked just before the breaker opened.
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            LogUnanswered(logger, waiting.Count, fault.Message);   // Whatever it was: the payment is decided without.
        }

        foreach (var ask in waiting)
            if (!answered.Contains(ask.Parked)) inbox.Post(new Input.AskFailed(ask.Parked));
    }

    /// <summary>
    /// A refusal is its code; a lease that came for the purse says "go on". Null: nothing was said about the payment.
    /// </summary>
    private static DecisionCode? CodeFor(ParkedAsk ask, uint number, SyncAnswer answer)
    {
        foreach (var (refused, code) in answer.Refusals)
            if (refused == number) return code is DecisionCode.TempError or DecisionCode.EdgeFrozen ? null : code;
        return answer.Grants.Any(grant => IsFor(ask.Purse, grant)) ? DecisionCode.Approved : null;
    }

    /// <summary>Only says that the cloud answered: what the lease holds was checked before it was taken.</summary>
    private static bool IsFor(Purse purse, byte[] message) =>
        CoseSign1.TryParse(message, out var envelope) is WireError.None
        && GrantCodec.TryParse(message.AsSpan(envelope.Payload), out var grant) is WireError.None
        && new Purse(grant!.Account, grant.Currency) == purse;

    /// <summary>
    /// Closes the breaker again by a question of its own, so that no payment pays for finding out.
    /// </summary>
    private async Task ProbeAsync(CancellationToken cancel)
    {
        while (true)
        {
            await breaks.WaitAsync(cancel);
            await Task.Delay(OnlineResilience.Break + Margin, time, cancel);
            try
            {
                await online.RunAsync(token => cloud.AskAsync(newest!.Position, token), cancel);
            }
            catch (Exception fault) when (OnlineResilience.IsOpen(fault))
            {
                breaks.Release();   // Not yet: the breaker's clock and this one differ a little.
            }
            catch (Exception fault) when (CloudResilience.IsLink(fault, cancel))
            {
                LogUnanswered(logger, 0, fault.Message);   // It opened again, and says so itself.
            }
        }
    }

    private void BreakerChanged()
    {
        lock (gate) TellIfChanged();
        if (!online.IsClosed) breaks.Release();
    }

    private void TellIfChanged()
    {
        var may = linkIsUp && online.IsClosed && budget > TimeSpan.Zero;
        if (may == askable) return;
        askable = may;
        inbox.Post(new Input.LinkChanged(may));
        LogAskable(logger, may ? "may be asked" : "is not asked");
    }

    [LoggerMessage(5310, LogLevel.Debug, "the cloud did not answer {Count} payments within the budget: {Reason}")]
    private static partial void LogUnanswered(ILogger logger, int count, string reason);

    [LoggerMessage(5311, LogLevel.Information, "the cloud {May} inside payments from here on")]
    private static partial void LogAskable(ILogger logger, string may);
}
