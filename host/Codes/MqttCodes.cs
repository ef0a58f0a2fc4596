using static MqttPay.Host.Codes.CodeEntry;

namespace MqttPay.Host.Codes;

/// <summary>MP4nnn: MQTT sessions, topics, admission.</summary>
internal static class MqttCodes
{
    public static IEnumerable<CodeEntry> Entries { get; } =
    [
        new(4001, "packet_malformed", Severity.Warning, null, "DISCONNECT 0x81", None, Retry.Never,
            "A packet breaks the MQTT specification; the connection was closed.",
            "Check the client library; the reason is counted by kind, and the bytes are not kept."),
        new(4002, "packet_too_large", Severity.Warning, null, "DISCONNECT 0x95", None, Retry.Never,
            "A packet says that it is larger than the broker takes; it was refused before its body was read.",
            "A request is at most 256 bytes: look for a client that publishes something else."),
        new(4003, "connect_refused", Severity.Warning, null, "CONNACK 0x87", None, Retry.Never,
            "User name, password or client id do not belong to an enrolled identity.",
            "Use the key id as client id and user, and the password that enrolment returned."),
        new(4004, "server_busy", Severity.Warning, null, "CONNACK 0x89", None, Retry.Later,
            "New connections arrive faster than the broker admits them.",
            "Reconnect with a random delay that doubles."),
        new(4005, "receive_maximum", Severity.Warning, null, "DISCONNECT 0x93", None, Retry.Later,
            "The client sent more unacknowledged messages than it may.",
            "Wait for PUBACK; a device has one open request at a time."),
        new(4006, "session_taken_over", Severity.Info, null, "DISCONNECT 0x8E", None, Retry.NotApplicable,
            "Another connection with the same client id arrived; the older one was closed.",
            "If it repeats, two clients share one identity: look for a copied key."),
        new(4007, "keep_alive_timeout", Severity.Info, null, "DISCONNECT 0x8D", None, Retry.Later,
            "The client was silent for one and a half keep-alive times.",
            "Send PINGREQ, or connect with a longer keep-alive time."),
        new(4008, "qos_not_supported", Severity.Warning, null, "DISCONNECT 0x9B", None, Retry.Never,
            "The message asks for a quality of service or a retain flag that this topic does not take.",
            "Requests are QoS 1 and never retained."),
        new(4012, "topic_not_yours", Severity.Warning, null, "PUBACK 0x87, close", None, Retry.Never,
            "The connection used a topic that belongs to another key.",
            "A device publishes to its own q and subscribes to its own r and c, nothing else."),
    ];
}
