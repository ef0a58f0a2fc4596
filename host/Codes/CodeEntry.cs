using System.Globalization;

namespace MqttPay.Host.Codes;

/// <summary>One line of the catalogue. A number never changes its meaning and is never used again.</summary>
/// <param name="Number">Four digits; also the event id in logs.</param>
/// <param name="Name">snake_case; also the metric label and the <c>decline_code</c>.</param>
/// <param name="DeviceReply">The number that a device reads in its reply; null when it gets none.</param>
/// <param name="Mqtt">The MQTT 5 reason that goes with it, or a dash.</param>
/// <param name="Http">The HTTP status, where the number stands in a body, or a dash.</param>
/// <param name="Happened">One sentence: what happened.</param>
/// <param name="Remedy">One sentence: what to do.</param>
public sealed record CodeEntry(
    int Number,
    string Name,
    Severity Severity,
    int? DeviceReply,
    string Mqtt,
    string Http,
    Retry Retry,
    string Happened,
    string Remedy)
{
    public const string None = "–";

    /// <summary>The spelling that people see everywhere: MP and four digits.</summary>
    public string Code => string.Create(CultureInfo.InvariantCulture, $"MP{Number:0000}");

    /// <summary>The spelling of the retry word in tables and JSON.</summary>
    public string RetryWord => Retry switch
    {
        Retry.NotApplicable => None,
        Retry.Never => "never",
        Retry.SameBytes => "same_bytes",
        Retry.NewRequest => "new_request",
        Retry.Later => "later",
        _ => throw new InvalidOperationException($"No word for {Retry}."),
    };
}
