using System.CommandLine;
using MqttPay.CloudSync.Documents;
using MqttPay.CloudSync.Enrolment;
using MqttPay.Host.Cli;
using Npgsql;

namespace MqttPay.CloudSync.Verbs;

/// <summary>Devices at the command line.</summary>
internal static class DeviceVerb
{
    public static Command Create(Option<bool> json) =>
        new("device", "Enrol devices from a list; list those that are enrolled.") { Import(), List(json) };

    private static Command Import()
    {
        var store = new StoreOptions();
        var file = new Argument<FileInfo>("file") { Description = "NDJSON: one device per line." };
        file.AcceptExistingOnly();
        var verb = new Command("import", "Enrol a list; each line has its answer, with a password.") { file };
        store.AddTo(verb);
        verb.SetAction((parsed, cancel) => store.UseAsync(parsed, async (options, database) =>
        {
            var text = await File.ReadAllTextAsync(parsed.GetRequiredValue(file).FullName, cancel);
            if (text.AsSpan().Count('\n') > DeviceImport.LinesMax)
                throw new VerbException(ExitCode.Usage, $"MP1001 usage: at most {DeviceImport.LinesMax} lines.");
            var answers = await ImportAsync(options, database, text, cancel);
            foreach (var answer in answers) Print.Json(parsed.InvocationConfiguration.Output, answer);
            return answers.Any(answer => answer is ImportError) ? ExitCode.ChecksFailed : ExitCode.Ok;
        }, cancel));
        return verb;
    }

    private static async Task<IReadOnlyList<object>> ImportAsync(
        CloudOptions options, NpgsqlDataSource database, string text, CancellationToken cancel)
    {
        var clock = TimeProvider.System;
        using var signer = new DocumentSigner(await CloudKey.OpenAsync(options, database, clock, cancel));
        var import = new DeviceImport(new DeviceBook(signer, new DenyBook(signer), clock));
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var answers = await import.RunAsync(connection, text, cancel);
        await transaction.CommitAsync(cancel);
        return answers;
    }

    private static Command List(Option<bool> json)
    {
        var store = new StoreOptions();
        var verb = new Command("ls", "List enrolled devices in the order of their enrolment.");
        store.AddTo(verb);
        verb.SetAction((parsed, cancel) => store.UseAsync(parsed, async (_, database) =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            var output = parsed.InvocationConfiguration.Output;
            for (var (after, more) = (0L, true); more;)
            {
                var rows = await DeviceQueries.PageAsync(connection, after, 1_000, cancel);
                foreach (var row in rows)
                {
                    if (parsed.GetValue(json)) Print.Json(output, row);
                    else
                    {
                        await output.WriteLineAsync(
                            $"{row.Kid}  {row.State,-8} edge {row.EdgeId}  account {row.AccountId ?? "-"}  " +
                            string.Join(',', row.Operations));
                    }

                    after = row.DeviceId;
                }

                more = rows.Count == 1_000;
            }

            return ExitCode.Ok;
        }, cancel));
        return verb;
    }
}
