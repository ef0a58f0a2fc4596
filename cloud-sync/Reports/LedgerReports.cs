using System.Text.Json;
using MqttPay.CloudSync.Settlement;
using MqttPay.Settlement;
using Npgsql;

namespace MqttPay.CloudSync.Reports;

/// <summary>The ledger's reports in the shape of the API.</summary>
internal static class LedgerReports
{
    public static async Task<BalanceView> BalanceAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        var lines = await LedgerProof.TrialBalanceAsync(database, cancel);
        return new(
            [.. lines.Select(l =>
                new BalanceLine(l.Currency, NameOf(l.Kind), l.Accounts, l.BalanceMinor, l.HeldMinor))],
            lines.GroupBy(l => l.Currency).ToDictionary(g => g.Key, g => g.Sum(l => l.BalanceMinor)));
    }

    public static async Task<ProofView> ProveAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        var proof = await LedgerProof.RunAsync(database, cancel);
        return new(
            proof.Holds,
            [.. proof.Checks.Select(c => new ProofCheck(c.Name, c.What, c.Violations))],
            // Currencies that are off must not cancel each other out.
            proof.Sums.Values.Sum(Math.Abs));
    }

    private static string NameOf(AccountKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
}
