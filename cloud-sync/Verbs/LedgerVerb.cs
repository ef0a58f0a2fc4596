using System.CommandLine;
using MqttPay.CloudSync.Reports;
using MqttPay.Host.Cli;

namespace MqttPay.CloudSync.Verbs;

/// <summary>The ledger at the command line. Ends with 3 when an invariant is broken.</summary>
internal static class LedgerVerb
{
    public static Command Create(Option<bool> json) =>
        new("ledger", "The trial balance, and the proof of every invariant.") { Balance(json), Prove(json) };

    private static Command Balance(Option<bool> json)
    {
        var store = new StoreOptions();
        var verb = new Command("balance", "What each kind of account holds; each currency sums to zero.");
        store.AddTo(verb);
        verb.SetAction((parsed, cancel) => store.UseAsync(parsed, async (_, database) =>
        {
            var balance = await LedgerReports.BalanceAsync(database, cancel);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) Print.Json(output, balance);
            else
            {
                foreach (var line in balance.Lines)
                {
                    await output.WriteLineAsync(
                        $"{line.Currency,3}  {line.Kind,-12} {line.Accounts,8} accounts  {line.BalanceMinor,16}  " +
                        $"held {line.HeldMinor}");
                }

                foreach (var (currency, sum) in balance.SumMinor)
                    await output.WriteLineAsync($"{currency,3}  {"sum",-12} {"",8}           {sum,16}");
            }

            return balance.SumMinor.Values.All(sum => sum == 0) ? ExitCode.Ok : ExitCode.ChecksFailed;
        }, cancel));
        return verb;
    }

    private static Command Prove(Option<bool> json)
    {
        var store = new StoreOptions();
        var verb = new Command("prove", "Run every invariant of the ledger in one snapshot.");
        store.AddTo(verb);
        verb.SetAction((parsed, cancel) => store.UseAsync(parsed, async (_, database) =>
        {
            var proof = await LedgerReports.ProveAsync(database, cancel);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) Print.Json(output, proof);
            else
            {
                foreach (var check in proof.Checks)
                    await output.WriteLineAsync($"{check.Name,-4} {check.Violations,8}  {check.What}");
                await output.WriteLineAsync(proof.Holds ? "Every invariant holds." : "THE LEDGER IS BROKEN.");
            }

            return proof.Holds ? ExitCode.Ok : ExitCode.ChecksFailed;
        }, cancel));
        return verb;
    }
}
