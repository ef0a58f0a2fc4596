using System.Data;
using MqttPay.CloudSync.Storage;
using Npgsql;

namespace MqttPay.CloudSync.Settlement;

/// <summary>Proves the books: runs every invariant in one snapshot, beside whatever else goes on.</summary>
internal static class LedgerProof
{
    public static async Task<LedgerProofResult> RunAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        var checks = new List<LedgerCheck>();
        foreach (var (name, what, sql) in LedgerInvariants.All)
            checks.Add(new(name, what, await connection.ValueAsync<long>(sql, cancel)));
        var sums = await connection.ListAsync(
            "select currency, sum(balance_minor)::bigint from account group by currency order by currency",
            row => (Currency: (int)row.GetInt16(0), Sum: row.GetInt64(1)), cancel);
        return new(checks, sums.ToDictionary(row => row.Currency, row => row.Sum));
    }

    /// <summary>How many accounts of each kind there are in each currency, and what they hold together.</summary>
    public static async Task<IReadOnlyList<TrialBalanceLine>> TrialBalanceAsync(
        NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await connection.ListAsync(
            """
            select currency, kind, count(*), sum(balance_minor)::bigint, sum(held_minor)::bigint from account
            group by currency, kind order by currency, kind
            """,
            row => new TrialBalanceLine(
                row.GetInt16(0), (MqttPay.Settlement.AccountKind)row.GetInt16(1), row.GetInt64(2), row.GetInt64(3),
                row.GetInt64(4)),
            cancel);
    }
}
