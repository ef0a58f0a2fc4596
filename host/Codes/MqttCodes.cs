using static MqttPay.Host.Codes.CodeEntry;

namespace MqttPay.Host.Codes;

/// <summary>MP4nnn: MQTT sessions, topics, admission.</summary>
internal static class MqttCodes
{
    public static IEnumerable<CodeEntry> Entries { get; } =
    [
        new(4001, "client_connected", Severity.Info, null, None, None, Retry.NotApplicable,
            "A client logged in; the line says from where, as what, and whether its session was kept.",
            "Nothing."),
        new(4002, "client_gone", Severity.Info, null, None, None, Retry.NotApplicable,
            "A connection ended; the line says why.",
            "Nothing, unless one client comes and goes all the time: two may share one identity."),
        new(4003, "connect_refused", Severity.Warning, null, "CONNACK 0x87", None, Retry.Never,
            "User name, password or client id do not belong to an enrolled identity, or the packet was wrong.",
            "Use the key id as client id and user, and the password that enrolment returned."),
        new(4005, "connection_failed", Severity.Error, null, "DISCONNECT 0x80", None, Retry.Later,
            "A connection ended by a fault of the broker; the others go on.",
            "Report the log line: this is a bug of ours."),
        new(4006, "timer_failed", Severity.Error, null, None, None, Retry.NotApplicable,
            "A turn of the timers for keep-alive, expiry and wills failed; the next one comes in a second.",
            "Report the log line: this is a bug of ours."),
        new(4012, "topic_not_yours", Severity.Warning, null, "PUBACK 0x87, close", None, Retry.Never,
            "The connection used a topic that belongs to another key.",
            "A device publishes to its own q and subscribes to its own r and c, nothing else."),
        new(4101, "broker_connected", Severity.Info, null, None, None, Retry.NotApplicable,
            "The agent is connected to the broker that it was given.",
            "Nothing."),
        new(4102, "broker_unreachable", Severity.Warning, null, None, None, Retry.Later,
            "The agent cannot reach the broker that it was given and goes on trying.",
            "Check address, user and password of --broker, and that broker's log."),
        new(4103, "answer_not_sent", Severity.Warning, null, None, None, Retry.SameBytes,
            "An answer could not be handed to the broker.",
            "Nothing: the device repeats its bytes and gets the stored reply."),
    ];
}
