using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MqttPay.Host.Cli;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Lint;

/// <summary>The verb that explains a message, given as hex digits or as a file of bytes or of hex digits.</summary>
internal static class LintVerb
{
    public static Command Create(Option<bool> json)
    {
        var message = new Argument<string>("message") { Description = "Hex digits, or a file." };
        var key = new Option<string?>("--key") { Description = "A COSE_Key in hex: checks the signature as well." };
        var verb = new Command("lint", "Explain a message byte by byte, and what is wrong with it.") { message, key };
        verb.SetAction(parsed => Run(
            parsed.GetRequiredValue(message), parsed.GetValue(key), parsed.GetValue(json),
            parsed.InvocationConfiguration.Output));
        return verb;
    }

    private static int Run(string message, string? key, bool json, TextWriter output)
    {
        var report = Linter.Explain(BytesOf(message), key is null ? null : KeyOf(key));
        output.WriteLine(json ? ForJson(report) : ForTerminal(report));
        return report.Fault is null ? ExitCode.Ok : ExitCode.ChecksFailed;
    }

    internal static string ForTerminal(LintReport report)
    {
        var lines = new List<string> { $" {report.Title}" };
        foreach (var field in report.Fields)
        {
            var name = new string(' ', 2 * field.Depth) + field.Name;
            var line = string.Create(CultureInfo.InvariantCulture, $" {field.Offset,5}  {name,-20} {field.Text}");
            lines.Add(line.TrimEnd());
        }

        lines.Add(report.Fault is { } fault
            ? $" ✗ MP{fault.Number} {fault.Name}   byte {fault.Offset}: {fault.What}"
            : " ✔ well formed");
        return string.Join('\n', lines);
    }

    private static string ForJson(LintReport report) => JsonSerializer.Serialize(new
    {
        title = report.Title,
        fields = report.Fields.Select(field => new { offset = field.Offset, name = field.Name, text = field.Text }),
        fault = report.Fault is { } fault
            ? new { code = $"MP{fault.Number}", name = fault.Name, offset = fault.Offset, what = fault.What }
            : null,
    });

    internal static byte[] BytesOf(string message)
    {
        if (FromHex(message) is { } direct) return direct;
        if (!File.Exists(message))
            throw new VerbException(ExitCode.Usage, $"MP1001 usage: {message} is neither hex digits nor a file.");
        var content = File.ReadAllBytes(message);
        return FromHex(System.Text.Encoding.ASCII.GetString(content)) ?? content;
    }

    private static PublicKey KeyOf(string hex) =>
        PublicKey.FromCoseKey(FromHex(hex) ?? [])
        ?? throw new VerbException(ExitCode.Usage, "MP1001 usage: --key is no deterministic COSE_Key.");

    private static byte[]? FromHex(string text)
    {
        var digits = string.Concat(text.Where(letter => !char.IsWhiteSpace(letter)));
        if (digits.Length == 0 || digits.Length % 2 != 0 || !digits.All(char.IsAsciiHexDigit)) return null;
        return Convert.FromHexString(digits);
    }
}
