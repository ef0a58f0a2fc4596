using System.CommandLine;
using System.Text.Json;
using MqttPay.CloudSync.Storage;
using MqttPay.Host.Cli;
using Npgsql;

namespace MqttPay.CloudSync.Verbs;

/// <summary>Brings the database to this release's schema, or says what that would take.</summary>
internal static class MigrateVerb
{
    public static Command Create(Option<bool> json)
    {
        var store = new StoreOptions();
        var plan = new Option<bool>("--plan") { Description = "Only say which steps are pending." };
        var verb = new Command("migrate", "Bring the database to this release's schema; forward only.") { plan };
        store.AddTo(verb);
        verb.SetAction((parsed, cancel) => store.UseAsync(
            parsed,
            (_, database) => RunAsync(
                database, parsed.GetValue(plan), parsed.GetValue(json), parsed.InvocationConfiguration.Output, cancel),
            cancel));
        return verb;
    }

    private static async Task<int> RunAsync(
        NpgsqlDataSource database, bool plan, bool json, TextWriter output, CancellationToken cancel)
    {
        var migrator = new Migrator(database);
        var steps = plan ? await migrator.PlanAsync(cancel) : await migrator.ApplyAsync(cancel);
        if (json)
        {
            var rows = steps.Select(s => new MigrationView(s.Number, s.Name, s.Hash.ToString())).ToList();
            await output.WriteLineAsync(JsonSerializer.Serialize(
                plan ? new { pending = rows } : (object)new { applied = rows }, ApiJson.Options));
            return ExitCode.Ok;
        }

        foreach (var step in steps)
            await output.WriteLineAsync($"{(plan ? "pending" : "applied")}  {step.Name}  {step.Hash}");
        if (steps.Count == 0) await output.WriteLineAsync("The schema is up to date.");
        return ExitCode.Ok;
    }

    private sealed record MigrationView(int Number, string Name, string Hash);
}
