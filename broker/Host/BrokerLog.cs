namespace MqttPay.Broker.Host;

internal static partial class BrokerLog
{
    [LoggerMessage(
        4001, LogLevel.Information, "{ClientId} connected from {Address} as {Role}, session present {Present}")]
    public static partial void Connected(ILogger logger, string clientId, string address, string role, bool present);

    [LoggerMessage(4002, LogLevel.Information, "{ClientId} from {Address} has gone: {Reason}")]
    public static partial void Gone(ILogger logger, string clientId, string address, string reason);

    [LoggerMessage(4003, LogLevel.Warning, "A CONNECT from {Address} was refused: {Reason}")]
    public static partial void Refused(ILogger logger, string address, string reason);

    [LoggerMessage(4005, LogLevel.Error, "A connection from {Address} ended with an error")]
    public static partial void Failed(ILogger logger, string address, Exception error);

    [LoggerMessage(4006, LogLevel.Error, "A tick of the wheel failed")]
    public static partial void TickFailed(ILogger logger, Exception error);

    [LoggerMessage(4012, LogLevel.Warning, "{ClientId} from {Address} used a topic of another key")]
    public static partial void ForeignTopic(ILogger logger, string clientId, string address);
}
