using System.CommandLine;
using System.Globalization;
using MqttPay.CloudSync.Reports;
using MqttPay.Host.Cli;
using Npgsql;

namespace MqttPay.CloudSync.Verbs;

/// <summary>Reconciliation at the command line. Ends with 3 when something is left to look at.</summary>
internal static class ReconVerb
{
    public static Command Create(Option<bool> json)
    {
        var breaks = new Command("breaks", "What somebody has to look at.") { List(json) };
        return new(
            "recon", "Count every record by category; list and explain breaks.") { Run(json), breaks, Explain(json) };
    }

    private static Command Run(Option<bool> json)
    {
        var store = new StoreOptions();
        var verb = new Command("run", "Count every record of every batch by its category, and check the ledger's sum.");
        store.AddTo(verb);
        verb.SetAction((parsed, cancel) => store.UseAsync(parsed, async (_, database) =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            var summary = await ReconSummary.ReadAsync(connection, cancel);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) Print.Json(output, summary);
            else Write(output, summary);
            var clean = summary.Uncategorised == 0 && summary.OpenBreaks == 0
                && summary.LedgerSumMinor.Values.All(sum => sum == 0);
            return clean ? ExitCode.Ok : ExitCode.ChecksFailed;
        }, cancel));
        return verb;
    }

    private static void Write(TextWriter output, ReconView summary)
    {
        output.WriteLine($"batches {summary.Batches}   records {summary.Records}   breaks {summary.OpenBreaks}");
        foreach (var (category, count) in summary.ByCategory)
            output.WriteLine($"  {category,-22} {count,10}   {summary.ValueMinorByCategory[category],14} minor");
        output.WriteLine($"  {"uncategorised",-22} {summary.Uncategorised,10}");
        foreach (var (currency, sum) in summary.LedgerSumMinor)
            output.WriteLine($"ledger sum {currency}: {sum}");
    }

    private static Command List(Option<bool> json)
    {
        var store = new StoreOptions();
        var verb = new Command("ls", "List breaks, oldest first.");
        store.AddTo(verb);
        verb.SetAction((parsed, cancel) => store.UseAsync(parsed, async (_, database) =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            var open = 0;
            for (var (after, more) = (0L, true); more;)
            {
                var rows = await BreakList.PageAsync(connection, after, 1_000, cancel);
                foreach (var row in rows)
                {
                    Write(parsed.InvocationConfiguration.Output, row, parsed.GetValue(json));
                    if (row.State == "open") open++;
                    after = row.BreakId;
                }

                more = rows.Count == 1_000;
            }

            return open == 0 ? ExitCode.Ok : ExitCode.ChecksFailed;
        }, cancel));
        return verb;
    }

    private static void Write(TextWriter output, BreakView row, bool json)
    {
        if (json)
        {
            Print.Json(output, row);
            return;
        }

        output.WriteLine(
            $"{row.BreakId,6}  {row.Code} {row.Category,-20} {row.Subject,-8} {string.Join('/', row.Keys),-20} " +
            $"expected {row.ExpectedMinor}  found {row.FoundMinor}  {row.State}  {row.Owner}");
    }

    private static Command Explain(Option<bool> json)
    {
        var store = new StoreOptions();
        var id = new Argument<string>("id") { Description = "A break's number, a payment id, or KID-EPOCH-SEQUENCE." };
        var verb = new Command("explain", "Show all that is known of a break or a payment.") { id };
        store.AddTo(verb);
        verb.SetAction((parsed, cancel) => store.UseAsync(parsed, async (_, database) =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            var text = parsed.GetRequiredValue(id);
            var found = await FindAsync(connection, text, cancel) ?? throw new VerbException(
                ExitCode.Failed, $"MP8006 not_found: there is no break and no payment {text}.");
            Print.Json(parsed.InvocationConfiguration.Output, found, indented: !parsed.GetValue(json));
            return ExitCode.Ok;
        }, cancel));
        return verb;
    }

    private static async Task<object?> FindAsync(NpgsqlConnection connection, string id, CancellationToken cancel) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && await BreakList.FindAsync(connection, number, cancel) is { } found
            ? found
            : await Explainer.ExplainAsync(connection, id, cancel);
}
