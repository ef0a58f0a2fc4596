namespace MqttPay.CloudSync.Leases;

internal static partial class FenceLog
{
    [LoggerMessage(6014, LogLevel.Critical,
        "Edge {Edge} goes on under fence {Fence} ({Cause}): its leases are stopped.")]
    public static partial void FenceRaised(this ILogger log, uint edge, uint fence, FenceCause cause);

    [LoggerMessage(6015, LogLevel.Critical,
        "Edge {Edge} has got {Raises} new fences within a day and stays frozen: look whether two boxes use its key.")]
    public static partial void FenceStays(this ILogger log, uint edge, long raises);
}
