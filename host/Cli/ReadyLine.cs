using System.Text.Json;

namespace MqttPay.Host.Cli;

/// <summary>
/// What a running process tells whoever started it: one JSON object per line, the first notable one with
/// <c>"event":"ready"</c>. The lines are for programs; people read the log.
/// </summary>
public static class ReadyLine
{
    public const string Ready = "ready";

    /// <summary>Writes one line at once, so that lines of several threads never mix, and flushes it.</summary>
    public static void Write(
        TextWriter output, string happened, params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        var line = new Dictionary<string, object?> { ["event"] = happened };
        foreach (var (name, value) in fields) line.Add(name, value);
        output.Write(JsonSerializer.Serialize(line) + "\n");
        output.Flush();
    }
}
