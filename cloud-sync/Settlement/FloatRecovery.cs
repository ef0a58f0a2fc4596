using MqttPay.CloudSync.Storage;
using MqttPay.Settlement;
using Npgsql;

namespace MqttPay.CloudSync.Settlement;

/// <summary>
/// Moves what a float lease paid on to the payer, if the payer's funds and credit allow it, else to payer_debt; and
/// what edge_loss paid of a lost history, which is asked for and never owed. Each due is settled once: its row leaves
/// in the transaction of its transfer.
/// </summary>
internal sealed class FloatRecovery(NpgsqlDataSource database)
{
    private const int DuesMax = 500;

    public async Task RunAsync(CancellationToken cancel)
    {
        while (await RunOnceAsync(cancel) == DuesMax)
            cancel.ThrowIfCancellationRequested();
    }

    private async Task<int> RunOnceAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await BusinessDays.ShareAsync(connection, cancel);
        var dues = await connection.ListAsync(
            """
            delete from float_due where (batch_no, position) in
              (select batch_no, position from float_due order by batch_no, position limit $1 for update skip locked)
            returning batch_no, position, payer_id, float_id, amount_minor,
              (select kind from account where account_id = float_id)
            """,
            row => new Due(
                row.GetInt64(0), row.GetInt32(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4),
                (AccountKind)row.GetInt16(5)),
            cancel, DuesMax);
        if (dues.Count == 0) return 0;

        await LockAsync(connection, dues, cancel);
        var done = 0;
        foreach (var due in dues.OrderBy(due => (due.BatchNo, due.Position)))
            if (await SettleAsync(connection, due, cancel)) done++;
        await transaction.CommitAsync(cancel);
        return done;
    }

    /// <summary>All accounts of the round at once, debts opened first, in the order that every writer keeps.</summary>
    private static async Task LockAsync(NpgsqlConnection connection, List<Due> dues, CancellationToken cancel)
    {
        await connection.RunAsync(
            """
            insert into account (kind, owner_no, currency)
            select distinct 10, 0, currency from account where account_id = any ($1) order by currency on conflict do
            nothing
            """, cancel, dues.Select(due => due.Float).ToArray());
        await connection.RunAsync(
            """
            select 1 from account where account_id = any ($1)
              or (kind = 10 and owner_no = 0 and currency in (select currency from account where account_id = any ($1)))
            order by account_id for no key update
            """, cancel, dues.SelectMany(due => new[] { due.Payer, due.Float }).Distinct().ToArray());
    }

    /// <summary>Returns whether the due is done with; what is not goes back and is tried again.</summary>
    private static async Task<bool> SettleAsync(NpgsqlConnection connection, Due due, CancellationToken cancel)
    {
        if (due.AmountMinor < 0) return await GiveBackAsync(connection, due, cancel);
        var covered = await connection.ValueAsync<bool>(
            """
            select p.balance_minor - p.held_minor + p.credit_minor >= $2 and p.currency = f.currency
            from account p, account f where p.account_id = $1 and f.account_id = $3
            """, cancel, due.Payer, due.AmountMinor, due.Float);
        if (!covered && due.Kind is AccountKind.EdgeLoss) return true;   // The operator's loss stays his.

        var debt = covered ? 0 : await DebtAccountAsync(connection, due, cancel);
        await LedgerStore.MoveAsync(
            connection,
            new(covered ? TransferKind.Recover : TransferKind.Debt, due.BatchNo, due.Position, covered ? due.Payer
                : debt,
                due.Float, due.AmountMinor, "float"),
            cancel);
        if (!covered)
            await connection.RunAsync(
                """
                insert into debt (payer_id, batch_no, position, amount_minor, open_minor) values ($1, $2, $3, $4, $4)
                """, cancel, due.Payer, due.BatchNo, due.Position, due.AmountMinor);
        return true;
    }

    /// <summary>The payer took a payment back that the float had made: first off his debts, the rest to him.</summary>
    private static async Task<bool> GiveBackAsync(NpgsqlConnection connection, Due due, CancellationToken cancel)
    {
        var left = -due.AmountMinor;
        var funds = await connection.ValueAsync<long>(
            "select balance_minor - held_minor from account where account_id = $1", cancel, due.Float);
        if (funds < left)
        {
            // The float's money is in its leases; it comes back when they close.
            await connection.RunAsync(
                """
                insert into float_due (batch_no, position, payer_id, float_id, amount_minor)
                values ($1, $2, $3, $4, $5)
                """, cancel, due.BatchNo, due.Position, due.Payer, due.Float, due.AmountMinor);
            return false;
        }

        var debt = await DebtAccountAsync(connection, due, cancel);
        var place = (long)due.Position << 20;
        foreach (var owed in await DebtBook.OpenAsync(connection, due.Payer, cancel))
        {
            var off = Math.Min(left, owed.OpenMinor);
            if (off == 0) break;
            await LedgerStore.MoveAsync(
                connection, new(TransferKind.FloatBack, due.BatchNo, ++place, due.Float, debt, off, "float"), cancel);
            await DebtBook.LowerAsync(connection, owed.Debt, off, cancel);
            left -= off;
        }

        if (left > 0)
            await LedgerStore.MoveAsync(
                connection, new(TransferKind.FloatBack, due.BatchNo, ++place, due.Float, due.Payer, left, "float"),
                cancel);
        return true;
    }

    private static Task<long> DebtAccountAsync(NpgsqlConnection connection, Due due, CancellationToken cancel) =>
        connection.ValueAsync<long>(
            """
            select d.account_id from account d join account f using (currency)
            where d.kind = 10 and d.owner_no = 0 and f.account_id = $1
            """, cancel, due.Float);

    private sealed record Due(
        long BatchNo, int Position, long Payer, long Float, long AmountMinor, AccountKind Kind);
}
