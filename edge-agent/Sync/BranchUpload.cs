using MqttPay.EdgeAgent.Fences;
using MqttPay.EdgeAgent.Rounds;
using MqttPay.EdgeAgent.Storage;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Sync;

/// <summary>
/// Brings the cloud what earlier fences decided and it did not take: each record bears its device's signature, so it
/// counts as evidence. Sent until answered; to send it twice changes nothing.
/// </summary>
internal sealed partial class BranchUpload(
    CloudClient cloud, CloudDocuments documents, StoredRounds rounds, IReadOnlyList<LostRun> runs, IDisk disk,
    string data, TimeProvider time, ILogger<BranchUpload> logger)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>What waits, or was refused, in words; null when there is nothing.</summary>
    public string? Standing { get; private set; }

    public async Task RunAsync(CancellationToken cancel)
    {
        foreach (var run in runs)
        {
            if (disk.List(Folder).Contains(MarkOf(run))) continue;
            var refused = Standing;
            Standing = $"rounds {run.First} to {run.Last} of fence {run.Fence} wait for the cloud";
            if (await SendAsync(run, cancel) is { } refusal)
            {
                LogRefused(logger, run.First, run.Last, run.Fence, refusal);
                Standing = $"rounds {run.First} to {run.Last} of fence {run.Fence} were refused: {refusal}";
                continue;   // What came later may well be taken.
            }

            Mark(run);
            LogTaken(logger, run.First, run.Last, run.Fence);
            Standing = refused;
        }
    }

    /// <summary>Null when the cloud has all of it, else why it does not take it.</summary>
    private async Task<string?> SendAsync(LostRun run, CancellationToken cancel)
    {
        var (next, wait) = (run.First, FirstWait);
        while (next <= run.Last)
        {
            if (rounds.LostFrom(run, next) is not var (body, last)) return $"round {next} cannot be read";
            switch (await cloud.PostBranchAsync(body, cancel))
            {
                case BatchAnswer.Acked(var message):
                    if (documents.Open<Ack>(MessageKind.Ack, message, AckCodec.TryParse) is not { } ack
                        || ack.Fence != run.Fence || ack.Round < last) return "the receipt does not fit";
                    (next, wait) = (last + 1, FirstWait);
                    continue;
                case BatchAnswer.Gap when next > run.Oldest:
                    next = run.Oldest;   // It lacks what comes before, too.
                    continue;
                case BatchAnswer.Gap or BatchAnswer.Forked:
                    return "the cloud has nothing that precedes it";
                case BatchAnswer.Refused(var reason):
                    return reason;
                default:
                    await Task.Delay(wait, time, cancel);
                    wait = wait + wait < LongestWait ? wait + wait : LongestWait;
                    continue;
            }
        }

        return null;
    }

    private string Folder => Path.Combine(data, "fences");

    private static string MarkOf(LostRun run) => $"{run.Next}.branch";

    private void Mark(LostRun run)
    {
        disk.Create(Path.Combine(Folder, MarkOf(run)), 0).Dispose();
        disk.SyncFolder(Folder);
    }

    [LoggerMessage(5036, LogLevel.Information, "the cloud took rounds {First} to {Last} of fence {Fence} as evidence")]
    private static partial void LogTaken(ILogger logger, long first, long last, uint fence);

    [LoggerMessage(5037, LogLevel.Error, "rounds {First} to {Last} of fence {Fence} are not taken: {Reason}")]
    private static partial void LogRefused(ILogger logger, long first, long last, uint fence, string reason);
}
