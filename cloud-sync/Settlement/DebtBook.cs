using MqttPay.CloudSync.Storage;
using MqttPay.Settlement;
using Npgsql;

namespace MqttPay.CloudSync.Settlement;

/// <summary>
/// Debts of payers: what the operator's float paid for them and their funds did not cover. Recovered from later funds,
/// oldest first; meanwhile they get no lease.
/// </summary>
internal static class DebtBook
{
    /// <summary>Pays every debt that can be paid now. Safe at any time.</summary>
    public static async Task RecoverAllAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var payers = await connection.ListAsync(
            """
            select a.account_id from account a
            where exists (select 1 from debt where payer_id = a.account_id and open_minor > 0)
              and a.balance_minor - a.held_minor + a.credit_minor > 0 order by a.account_id
            """, row => row.GetInt64(0), cancel);
        foreach (var payer in payers)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await BusinessDays.ShareAsync(connection, cancel);
            await RecoverAsync(connection, payer, cancel);
            await transaction.CommitAsync(cancel);
        }
    }

    /// <summary>Pays what the payer's funds and credit allow, in the caller's transaction.</summary>
    public static async Task RecoverAsync(NpgsqlConnection connection, long payer, CancellationToken cancel)
    {
        var debt = await connection.ValueAsync<long?>(
            """
            select d.account_id from account d join account p using (currency)
            where d.kind = 10 and d.owner_no = 0 and p.account_id = $1
            """, cancel, payer);
        if (debt is null) return;
        await connection.RunAsync(
            "select 1 from account where account_id in ($1, $2) order by account_id for no key update",
            cancel, payer, debt.Value);
        var funds = await connection.ValueAsync<long>(
            "select balance_minor - held_minor + credit_minor from account where account_id = $1", cancel, payer);
        foreach (var owed in await OpenAsync(connection, payer, cancel))
        {
            var paid = Math.Min(funds, owed.OpenMinor);
            if (paid <= 0) return;
            await LedgerStore.MoveAsync(
                connection, new(TransferKind.DebtPaid, owed.Debt, owed.Payments, payer, debt.Value, paid, "recovery"),
                cancel);
            await LowerAsync(connection, owed.Debt, paid, cancel);
            funds -= paid;
        }
    }

    /// <summary>Oldest first.</summary>
    public static Task<List<OpenDebt>> OpenAsync(NpgsqlConnection connection, long payer, CancellationToken cancel) =>
        connection.ListAsync(
            """
            select debt_id, open_minor, payments from debt where payer_id = $1 and open_minor > 0
            order by debt_id for update
            """,
            row => new OpenDebt(row.GetInt64(0), row.GetInt64(1), row.GetInt32(2)), cancel, payer);

    public static Task LowerAsync(
        NpgsqlConnection connection, long debt, long amountMinor, CancellationToken cancel) =>
        connection.RunAsync(
            "update debt set open_minor = open_minor - $2, payments = payments + 1 where debt_id = $1",
            cancel, debt, amountMinor);
}

internal sealed record OpenDebt(long Debt, long OpenMinor, int Payments);
