using System.Text.Json;
using System.Text.Json.Nodes;
using MqttPay.Settlement;
using Npgsql;

namespace MqttPay.CloudSync.Storage;

/// <summary>
/// Writes what a batch changes besides its own rows: transfers, holds, leases, breaks, and last the shared balances.
/// </summary>
internal sealed class EffectWriter(NpgsqlConnection connection, long batchNo, DateOnly date, CancellationToken cancel)
{
    public async Task WriteAsync(Reconciled batch, uint edge, DateTime now)
    {
        await TransfersAsync(batch.Transfers);
        await HoldsAsync(batch.Holds);
        await LeasesAsync(batch.Leases);
        await BreaksAsync(batch.Breaks, now);
        await FloatDuesAsync(batch.FloatDues);
        if (batch.Cloned.Count > 0)
            await connection.RunAsync(
                """
                update device set state = 2, revoked_at = $2, revoked_for = 'cloned'
                where device_id = any ($1) and state = 1
                """,
                cancel, batch.Cloned.ToArray(), now);
        await SpendsAsync(batch.Payments, edge);
        await BalancesAsync(batch);
    }

    private async Task TransfersAsync(IReadOnlyList<TransferRow> rows)
    {
        if (rows.Count == 0) return;
        await connection.RunAsync(
            """
            insert into transfer (kind, cause_id, cause_no, debit_id, credit_id, made_by, amount_minor, business_date)
            select kind, cause_id, cause_no, debit_id, credit_id, 'ingest', amount_minor, $7
            from unnest($1::smallint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
              as t (kind, cause_id, cause_no, debit_id, credit_id, amount_minor)
            """,
            cancel, Column(rows, row => (short)row.Kind), Column(rows, row => row.Cause),
            Column(rows, row => row.CauseNo),
            Column(rows, row => row.Debit), Column(rows, row => row.Credit), Column(rows, row => row.AmountMinor),
            date);
    }

    private async Task HoldsAsync(IReadOnlyList<HoldPart> rows)
    {
        if (rows.Count == 0) return;
        await connection.RunAsync(
            """
            insert into hold (device_id, epoch, seq, auth_seq, auth_id, payer_id, lease_id, target_id, open_minor,
            state)
            select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::uuid[], $6::bigint[],
              $7::bigint[], $8::bigint[], $9::bigint[], $10::smallint[])
            on conflict (device_id, epoch, seq) do update set open_minor = excluded.open_minor, state = excluded.state
            """,
            cancel, Column(rows, row => row.Name.Device), Column(rows, row => (long)row.Name.Epoch),
            Column(rows, row => row.Name.Sequence), Column(rows, row => row.Auth.Sequence),
            Column(rows, row => PaymentUuid.Of(row.AuthId)), Column(rows, row => row.Payer),
            Column(rows, row => row.Source),
            Column(rows, row => row.Target), Column(rows, row => row.OpenMinor), Column(rows, row => (short)row.State));
    }

    private async Task LeasesAsync(IReadOnlyList<LeaseStanding> rows)
    {
        if (rows.Count == 0) return;
        await connection.RunAsync(
            """
            update lease l set state = t.state, closed_round = t.closed_round, excess_minor = t.excess_minor
            from unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bigint[])
              as t (lease_id, state, closed_round, excess_minor)
            where l.lease_id = t.lease_id
            """,
            cancel, Column(rows, row => row.Lease), Column(rows, row => (short)row.State),
            Column(rows, row => row.ClosedRound), Column(rows, row => row.ExcessMinor));
    }

    private async Task BreaksAsync(IReadOnlyList<BreakRow> rows, DateTime now)
    {
        if (rows.Count == 0) return;
        await connection.RunAsync(
            """
            insert into recon_break (subject, key1, key2, category, currency, expected_minor, found_minor, evidence,
            owner,
              due_at)
            select subject, key1, key2, category, currency, expected_minor, found_minor, evidence::jsonb, owner, due_at
            from unnest($1::smallint[], $2::bigint[], $3::bigint[], $4::smallint[], $5::smallint[], $6::bigint[],
            $7::bigint[],
              $8::text[], $9::text[], $10::timestamptz[])
              as t (subject, key1, key2, category, currency, expected_minor, found_minor, evidence, owner, due_at)
            on conflict (subject, key1, key2, key3) do nothing
            """,
            cancel, Column(rows, row => (short)row.Subject), Column(rows, row => row.Key1),
            Column(rows, row => row.Key2),
            Column(rows, row => (short)row.Category), Column(rows, row => (short?)row.Currency),
            Column(rows, row => row.ExpectedMinor), Column(rows, row => row.FoundMinor), Column(rows, Evidence),
            Column(rows, row => CategoryRule.OwnerOf(row.Category)),
            Column(rows, row => now + CategoryRule.DueIn(row.Category)));
    }

    private async Task FloatDuesAsync(IReadOnlyList<FloatDue> rows)
    {
        if (rows.Count == 0) return;
        await connection.RunAsync(
            """
            insert into float_due (batch_no, position, payer_id, float_id, amount_minor)
            select $1, * from unnest($2::int[], $3::bigint[], $4::bigint[], $5::bigint[])
            """,
            cancel, batchNo, Column(rows, row => row.Position), Column(rows, row => row.Payer),
            Column(rows, row => row.FloatAccount), Column(rows, row => row.AmountMinor));
    }

    /// <summary>What each payer spent here on each day; what went back counts against its own day.</summary>
    private async Task SpendsAsync(IReadOnlyList<PaymentRow> rows, uint edge)
    {
        var spends = rows.Where(row => row.PaidMinor != 0 && row.Payer != 0)
            .GroupBy(row => (row.Payer, Day: row.Unix / 86_400)).OrderBy(day => day.Key).ToList();
        if (spends.Count == 0) return;
        await connection.RunAsync(
            """
            insert into edge_spend as s (edge_id, payer_id, spend_date, spent_minor, payments)
            select $1, payer_id, spend_date, spent_minor, payments
            from unnest($2::bigint[], $3::date[], $4::bigint[], $5::bigint[])
              as t (payer_id, spend_date, spent_minor, payments)
            on conflict (edge_id, payer_id, spend_date) do update
              set spent_minor = s.spent_minor + excluded.spent_minor, payments = s.payments + excluded.payments
            """,
            cancel, (long)edge, Column(spends, day => day.Key.Payer),
            Column(spends, day => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays((int)day.Key.Day)),
            Column(spends, day => day.Sum(row => row.PaidMinor)),
            Column(spends, day => (long)day.Count(row => row.PaidMinor > 0)));
    }

    /// <summary>
    /// Shared between edges, so last. Leases are locked already; the others are locked here in the order of their
    /// numbers, which every writer keeps, and each is written once.
    /// </summary>
    private async Task BalancesAsync(Reconciled batch)
    {
        var moves = Postings.ByAccount(batch);
        if (moves.Count == 0) return;
        var accounts = moves.Keys.ToArray();
        var payees = await connection.ListAsync(
            """
            select account_id, kind from account where account_id = any ($1) order by account_id for no key update
            """,
            row => (Account: row.GetInt64(0), Kind: (AccountKind)row.GetInt16(1)), cancel, accounts);
        Invariant.Holds(payees.Count == moves.Count);
        await connection.RunAsync(
            """
            update account a set balance_minor = a.balance_minor + t.balance_minor, held_minor = a.held_minor +
            t.held_minor,
              entry_count = a.entry_count + t.entries
            from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) as t (account_id, balance_minor,
            held_minor, entries)
            where a.account_id = t.account_id
            """,
            cancel, accounts, Column(moves.Values, move => move.BalanceMinor),
            Column(moves.Values, move => move.HeldMinor),
            Column(moves.Values, move => move.Entries));
        await PayeeDaysAsync(
            batch, payees.Where(row => row.Kind is AccountKind.Payee).Select(row => row.Account).ToHashSet());
    }

    private async Task PayeeDaysAsync(Reconciled batch, HashSet<long> payees)
    {
        var days = Postings.ByPayee(batch, payees.Contains);
        if (days.Count == 0) return;
        await connection.RunAsync(
            """
            insert into payee_day as d (payee_id, business_date, paid_count, paid_minor, back_count, back_minor)
            select payee_id, $6, paid_count, paid_minor, back_count, back_minor
            from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
              as t (payee_id, paid_count, paid_minor, back_count, back_minor) order by payee_id
            on conflict (payee_id, business_date) do update set paid_count = d.paid_count + excluded.paid_count,
              paid_minor = d.paid_minor + excluded.paid_minor, back_count = d.back_count + excluded.back_count,
              back_minor = d.back_minor + excluded.back_minor
            """,
            cancel, days.Keys.ToArray(), Column(days.Values, day => day.PaidCount),
            Column(days.Values, day => day.PaidMinor),
            Column(days.Values, day => day.BackCount), Column(days.Values, day => day.BackMinor), date);
    }

    private static string Evidence(BreakRow row) => new JsonObject
    {
        ["note"] = row.Note,
        ["also"] = new JsonArray([.. row.Also.Select(category => JsonValue.Create((int)category))]),
    }.ToJsonString(JsonSerializerOptions.Web);

    private static TColumn[] Column<TRow, TColumn>(IEnumerable<TRow> rows, Func<TRow, TColumn> value) =>
        [.. rows.Select(value)];
}
