namespace MqttPay.CloudSync.Ingest;

internal static partial class IngestLog
{
    [LoggerMessage(6004, LogLevel.Critical,
        "Edge {Edge} has two histories at round {Round} of fence {Fence}: its leases are stopped.")]
    public static partial void Forked(this ILogger log, uint edge, uint fence, long round);

    [LoggerMessage(6013, LogLevel.Error, "A batch of edge {Edge} is refused whole ({Code}): {Reason}")]
    public static partial void Refused(this ILogger log, uint edge, string code, string reason);

    [LoggerMessage(6001, LogLevel.Information,
        "Batch {BatchNo} of edge {Edge}, rounds {First} to {Last}: {Accepted} accepted, {Declined} declined, "
        + "{Rejected} rejected.")]
    public static partial void Posted(
        this ILogger log, long batchNo, uint edge, long first, long last, int accepted, int declined, int rejected);

    [LoggerMessage(6016, LogLevel.Warning,
        "Batch {BatchNo} of what edge {Edge} had lost, rounds {First} to {Last}: {Accepted} accepted, {Declined} "
        + "declined, {Rejected} rejected.")]
    public static partial void BranchPosted(
        this ILogger log, long batchNo, uint edge, long first, long last, int accepted, int declined, int rejected);

    [LoggerMessage(6020, LogLevel.Warning, "A batch of edge {Edge} is tried again: {Reason}")]
    public static partial void Again(this ILogger log, uint edge, string reason);

    [LoggerMessage(6021, LogLevel.Error, "A batch of edge {Edge} waits: the database does not answer or has no room.")]
    public static partial void Waits(this ILogger log, Exception exception, uint edge);

    [LoggerMessage(6011, LogLevel.Critical, "A batch of edge {Edge} breaks the ledger's rules: the edge is frozen.")]
    public static partial void Impossible(this ILogger log, Exception exception, uint edge);

    [LoggerMessage(6022, LogLevel.Error, "What follows batch {BatchNo} is not done yet; it will be tried again.")]
    public static partial void FollowUpFailed(this ILogger log, Exception exception, long batchNo);
}
