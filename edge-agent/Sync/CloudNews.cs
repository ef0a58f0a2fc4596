using MqttPay.EdgeAgent.Fences;
using MqttPay.EdgeAgent.Rounds;
using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Sync;

/// <summary>
/// Takes what the cloud says, whoever asked: checks who signed it, keeps what must be kept, and tells the loop. One
/// answer at a time, so that no older list comes after a newer one.
/// </summary>
internal sealed partial class CloudNews(
    CloudDocuments documents, RosterFile rosterFile, FenceOrders fences, RoundLoop loop, Inbox inbox,
    ILogger<CloudNews> logger)
    : IDisposable
{
    private readonly SemaphoreSlim one = new(1);
    private uint rosterVersion;

    /// <summary>Told of every roster that the cloud signed, newest last.</summary>
    public required Action<Roster> RosterChanged { get; init; }

    /// <summary>Told of an order to a new fence when it is on disk: the agent is to start again.</summary>
    public required Action<Ack> FenceTaken { get; init; }

    /// <param name="since">Elapsed time when the question was sent: the grants' time counts from there.</param>
    public async Task TakeAsync(SyncAnswer answer, long since, CancellationToken cancel)
    {
        await one.WaitAsync(cancel);
        try
        {
            var (fault, fence) = await loop.AskAsync(
                machine => (HistoryFault(machine.Book, answer), machine.Book.Fence)).WaitAsync(cancel);
            if (fault is not FreezeCause.None)
            {
                LogHistory(logger, fault, answer.NextRound);
                inbox.Post(new Input.HistoryLost(fault));
            }

            if (answer.FenceOrder is { } order) TakeOrder(order, fence);
            inbox.Post(new Input.Contacted());
            TakeDocuments(answer);
            foreach (var grant in answer.Grants)
                if (documents.Open<Grant>(MessageKind.Grant, grant, GrantCodec.TryParse) is { } opened)
                    inbox.Post(new Input.Granted(opened, grant, since));
            foreach (var lease in answer.LeasesToStop) inbox.Post(new Input.LeaseRecalled(lease));
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    /// <summary>Does the cloud know a future, or another past, of this edge?</summary>
    private static FreezeCause HistoryFault(EdgeBook book, SyncAnswer answer)
    {
        if (book.Frozen is not FreezeCause.None) return FreezeCause.None;
        if (answer.Fence > book.Fence) return FreezeCause.Replaced;
        if (answer.NextRound - 1 > book.Head) return FreezeCause.Rollback;
        if (answer.NextRound <= 1 || book.RootStart(answer.NextRound - 1) is not { } start) return FreezeCause.None;
        return start == (uint)(answer.HeadRoot.High >> 96) ? FreezeCause.None : FreezeCause.Fork;
    }

    private void TakeOrder(byte[] message, uint fence)
    {
        if (fences.Take(message, fence) is not { } order)
        {
            LogDocument(logger, "an order to a new fence");
            return;
        }

        LogFence(logger, order.Fence, order.Round);
        FenceTaken(order);
    }

    private void TakeDocuments(SyncAnswer answer)
    {
        if (documents.Open<Policy>(MessageKind.Policy, answer.Policy, PolicyCodec.TryParse) is { } policy)
            inbox.Post(new Input.PolicyCame(policy, answer.Policy!));
        if (documents.Open<DenyList>(MessageKind.DenyList, answer.DenyList, DenyListCodec.TryParse) is { } list)
            inbox.Post(new Input.DenyListCame(list, answer.DenyList!));
        if (documents.Open<Roster>(MessageKind.Roster, answer.Roster, RosterCodec.TryParse) is not { } roster) return;
        if (roster.Version <= rosterVersion) return;   // A slower answer brought an older one.
        rosterVersion = roster.Version;
        rosterFile.Save(roster.Version, answer.Roster!);
        inbox.Post(new Input.RosterCame(roster, Hash.Of(answer.Roster!)));
        RosterChanged(roster);
    }

    [LoggerMessage(
        5303, LogLevel.Critical,
        "the cloud's history of this edge differs ({Cause}; it expects round {Next}); approvals stop")]
    private static partial void LogHistory(ILogger logger, FreezeCause cause, long next);

    [LoggerMessage(5014, LogLevel.Error, "{What} is not signed by the cloud's key, or not for this edge and fence")]
    private static partial void LogDocument(ILogger logger, string what);

    [LoggerMessage(5035, LogLevel.Warning, "the cloud gave fence {Fence}: the edge starts again after round {Round}")]
    private static partial void LogFence(ILogger logger, uint fence, long round);
}
