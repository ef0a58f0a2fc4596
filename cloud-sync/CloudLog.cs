namespace MqttPay.CloudSync;

/// <summary>What the cloud logs; an event's id is its number in the catalogue of codes.</summary>
internal static partial class CloudLog
{
    [LoggerMessage(8010, LogLevel.Warning, "What follows a batch was not finished; it is tried again in a minute.",
        EventName = "chores_failed")]
    public static partial void ChoresFailed(ILogger log, Exception fault);

    [LoggerMessage(8014, LogLevel.Error, "A request failed: {Method} {Path}, request {RequestId}.")]
    public static partial void RequestFailed(
        ILogger log, Exception fault, string method, string path, string requestId);

    [LoggerMessage(8010, LogLevel.Warning, "The database refused a request: {Method} {Path}, request {RequestId}.")]
    public static partial void DatabaseRefused(
        ILogger log, Exception fault, string method, string path, string requestId);
}
