using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MqttPay.Host.Codes;

/// <summary>
/// The catalogue as people and programs read it: two lines in a terminal, JSON, or the page of the manual.
/// </summary>
public static class CodeText
{
    private static readonly (int From, string Title)[] Ranges =
    [
        (1000, "MP1nnn: command line, configuration, start"),
        (2000, "MP2nnn: decisions (2000 + the code in the device's reply)"),
        (3000, "MP3nnn: bytes refused (3000 + wire error)"),
        (4000, "MP4nnn: MQTT sessions, topics, admission"),
        (5000, "MP5nnn: gateway"),
        (6000, "MP6nnn: batch ingest and ledger"),
        (7000, "MP7nnn: reconciliation (7000 + category)"),
        (8000, "MP8nnn: HTTP API"),
        (9000, "MP9nnn: broken invariants (the process stops)"),
    ];

    private static readonly JsonSerializerOptions Plain =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string ForTerminal(CodeEntry entry) =>
        $"""
         {entry.Code} {entry.Name}   {Word(entry.Severity)} · {Facts(entry)}
         {entry.Happened}
         {entry.Remedy}
         """;

    public static string ForJson(CodeEntry entry) => JsonSerializer.Serialize(
        new
        {
            code = entry.Code,
            name = entry.Name,
            severity = Word(entry.Severity),
            device_reply = entry.DeviceReply,
            mqtt = entry.Mqtt,
            http = entry.Http,
            retry = entry.RetryWord,
            happened = entry.Happened,
            remedy = entry.Remedy,
        },
        Plain);

    /// <summary>The whole page <c>docs/CODES.md</c>.</summary>
    public static string Page()
    {
        var page = new StringBuilder()
            .Append("# Codes\n\n")
            .Append("Made from the table in `host/Codes`; a test compares them. Do not edit this page: change the\n")
            .Append("table, then run `MQTTPAY_WRITE_CODES=1 dotnet test --project tests/unit`. `explain CODE` of\n")
            .Append("every executable prints the same. A number never changes its meaning.\n\n")
            .Append("A decline is not an MQTT error: its decision is durable, so PUBACK is success and the decline\n")
            .Append("is in the reply. MQTT 3.1.1 has no negative PUBACK: there a refusal is silence or a closed\n")
            .Append("connection.\n");
        foreach (var (from, title) in Ranges) AppendRange(page, from, title);
        return page.ToString();
    }

    private static void AppendRange(StringBuilder page, int from, string title)
    {
        page.Append("\n## ").Append(title).Append("\n\n")
            .Append("| code | name | severity | reply | MQTT 5 | HTTP | retry | what happened; what to do |\n")
            .Append("|---|---|---|---|---|---|---|---|\n");
        foreach (var entry in CodeCatalogue.All.Where(entry => entry.Number / 1000 * 1000 == from))
        {
            var reply = entry.DeviceReply?.ToString(CultureInfo.InvariantCulture) ?? CodeEntry.None;
            page.Append("| ").AppendJoin(
                " | ",
                entry.Code, entry.Name, Word(entry.Severity), reply, entry.Mqtt, entry.Http, entry.RetryWord,
                $"{entry.Happened} {entry.Remedy}").Append(" |\n");
        }
    }

    private static string Facts(CodeEntry entry)
    {
        var facts = new List<string>();
        if (entry.DeviceReply is { } reply) facts.Add($"device reply {reply}");
        if (entry.Mqtt is not CodeEntry.None) facts.Add($"MQTT 5 {entry.Mqtt}");
        if (entry.Http is not CodeEntry.None) facts.Add($"HTTP {entry.Http}");
        facts.Add($"retry: {(entry.Retry is Retry.NotApplicable ? "nothing to repeat" : entry.RetryWord)}");
        return string.Join(" · ", facts);
    }

    private static string Word(Severity severity) => severity switch
    {
        Severity.Info => "info",
        Severity.Warning => "warning",
        Severity.Error => "error",
        Severity.Critical => "critical",
        _ => throw new InvalidOperationException($"No word for {severity}."),
    };
}
