using System.CommandLine;
using System.Globalization;
using MqttPay.CloudSync.Reports;
using MqttPay.CloudSync.Settlement;
using MqttPay.Host.Cli;
using Npgsql;

namespace MqttPay.CloudSync.Verbs;

/// <summary>Reconciliation at the command line. Ends with 3 when something is left to look at.</summary>
internal static class ReconVerb
{
    public static Command Create(Option<bool> json)
    {
        var breaks = new Command("breaks", "What somebody has to look at.") { List(json) };
        return new("recon", "Count every record by category; list and explain breaks.")
        {
            Run(json), breaks, Explain(json),
        };
    }

    private static Command Run(Option<bool> json)
    {
        var store = new StoreOptions();
        var verb = new Command("run", "Count every record of every batch by its category, and check the ledger's sum.");
        store.AddTo(verb);
        verb.SetAction((parsed, cancel) => store.UseAsync(parsed, async (_, database) =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            var summary = await Reconciliation.SummaryAsync(connection, cancel);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) Print.Json(output, summary);
            else Write(output, summary);
            var balance = await LedgerReports.BalanceAsync(database, cancel);
            var clean = summary is { Uncategorised: 0, OpenBreaks: 0 } && balance.SumMinor.Values.All(sum => sum == 0);
            return clean ? ExitCode.Ok : ExitCode.ChecksFailed;
        }, cancel));
        return verb;
    }

    private static void Write(TextWriter output, ReconSummary summary)
    {
        output.WriteLine($"records {summary.Records}   value {summary.ValueMinor}   open breaks {summary.OpenBreaks}");
        foreach (var (category, total) in summary.ByCategory)
            output.WriteLine($"  MP{7000 + total.Number} {category,-22} {total.Count,10} {total.ValueMinor,16}");
        output.WriteLine($"         {"uncategorised",-22} {summary.Uncategorised,10}");
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
                var rows = await Reconciliation.BreaksAsync(connection, false, after, 1_000, cancel);
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
            var text = parsed.GetRequiredValue(id);
            var found = await FindAsync(database, text, cancel) ?? throw new VerbException(
                ExitCode.Failed, $"MP8006 not_found: there is no break and no payment {text}.");
            Print.Json(parsed.InvocationConfiguration.Output, found, indented: !parsed.GetValue(json));
            return ExitCode.Ok;
        }, cancel));
        return verb;
    }

    private static async Task<object?> FindAsync(NpgsqlDataSource database, string id, CancellationToken cancel)
    {
        if (PaymentName.Read(id) is { } payment) return await new Explainer(database).PaymentAsync(payment, cancel);
        if (!long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
        if (await new Explainer(database).BreakAsync(number, cancel) is { } record) return record;
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await Reconciliation.BreakAsync(connection, number, cancel);
    }
}
