using System.CommandLine;
using System.Text.Json;
using MqttPay.CloudSync.Reports;
using MqttPay.Host.Cli;

namespace MqttPay.CloudSync.Verbs;

/// <summary>Evidence of two hands on one key: taken out of the ledger, and checked by anybody.</summary>
internal static class EvidenceVerb
{
    public static Command Create(Option<bool> json) =>
        new("evidence", "Proof that a key is in two hands: export it, or check it without any database.")
        {
            Export(), Verify(json),
        };

    private static Command Export()
    {
        var store = new StoreOptions();
        var id = new Option<long>("--break") { Description = "The break's number.", Required = true };
        var target = new Option<FileInfo>("--out") { Description = "The file to write.", Required = true };
        var verb = new Command("export", "Write the two messages that prove a break, and the public key.")
        {
            id, target,
        };
        store.AddTo(verb);
        verb.SetAction((parsed, cancel) => store.UseAsync(parsed, async (_, database) =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            var found = await EvidenceBook.FindAsync(connection, parsed.GetValue(id), cancel)
                ?? throw new VerbException(
                    ExitCode.Failed, $"MP8006 not_found: break {parsed.GetValue(id)} is not proved by two messages.");
            await File.WriteAllTextAsync(
                parsed.GetRequiredValue(target).FullName,
                JsonSerializer.Serialize(found, ApiJson.Options) + "\n", cancel);
            return ExitCode.Ok;
        }, cancel));
        return verb;
    }

    private static Command Verify(Option<bool> json)
    {
        var file = new Argument<FileInfo>("file") { Description = "Evidence as exported." };
        file.AcceptExistingOnly();
        var verb = new Command("verify", "Check evidence by its bytes alone. Ends with 3 when it proves nothing.")
        {
            file,
        };
        verb.SetAction(async (parsed, cancel) =>
        {
            var (proven, finding) = Check(await File.ReadAllTextAsync(
                parsed.GetRequiredValue(file).FullName, cancel));
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) Print.Json(output, new EvidenceFinding(proven, finding));
            else await output.WriteLineAsync($"{(proven ? "PROVEN" : "NOT PROVEN")}  {finding}");
            return proven ? ExitCode.Ok : ExitCode.ChecksFailed;
        });
        return verb;
    }

    private static (bool Proven, string Finding) Check(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<EvidenceFile>(text, ApiJson.Options) is { } file
                ? EvidenceProof.Check(file)
                : (false, "The file is empty.");
        }
        catch (JsonException)
        {
            return (false, "The file is no evidence.");
        }
    }

    private sealed record EvidenceFinding(bool Proven, string Finding);
}
