namespace MqttPay.Host.Codes;

/// <summary>MP9nnn: what must never happen. The process stops and starts again from what is durable.</summary>
internal static class InvariantCodes
{
    public static IEnumerable<CodeEntry> Entries { get; } =
    [
        new(9001, "invariant_broken", Severity.Critical, null, "no PUBACK", "500", Retry.SameBytes,
            "Something that must be true was not; the process stopped before anything wrong became visible.",
            "Keep log and data, and report both: this is a bug of ours."),
    ];
}
