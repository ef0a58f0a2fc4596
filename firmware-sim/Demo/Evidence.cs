using System.Text.Json;
using MqttPay.Host.Cli;

namespace MqttPay.FirmwareSim.Demo;

/// <summary>
/// The clone's two messages as a file, and what a program says of it that is given nothing else.
/// </summary>
internal static class Evidence
{
    /// <summary>Returns what the program found, or null when there is no pair or it proves nothing.</summary>
    public static async Task<string?> ExportAndVerifyAsync(CloudApi api, string file, CancellationToken cancel)
    {
        var breaks = await api.ListAsync("/v1/breaks?limit=500", cancel);
        var clone = breaks.FirstOrDefault(
            one => Audit.CategoryName(one.GetProperty("category").GetString()!) == "conflict");
        if (clone.ValueKind is not JsonValueKind.Object) return null;
        var pair = await api.GetAsync($"/v1/breaks/{clone.GetProperty("break_id").GetInt64()}/evidence", cancel);
        await File.WriteAllTextAsync(file, pair.GetRawText(), cancel);
        return await VerifyAsync(file, cancel);
    }

    private static async Task<string?> VerifyAsync(string file, CancellationToken cancel)
    {
        try
        {
            var output = await ChildProcess.RunAsync(
                Executables.Cloud, ["evidence", "verify", file, "--json"], null, cancel);
            using var said = JsonDocument.Parse(output);
            return said.RootElement.GetProperty("proven").GetBoolean()
                ? said.RootElement.GetProperty("finding").GetString()
                : null;
        }
        catch (VerbException)
        {
            return null;   // It ends with an error when the file proves nothing.
        }
    }
}
