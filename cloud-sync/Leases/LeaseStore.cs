using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Leases;

/// <summary>The rows of leases, inside the caller's transaction.</summary>
internal static class LeaseStore
{
    public static Task<LeaseTerms?> LockTermsAsync(NpgsqlConnection connection, uint edge, CancellationToken cancel) =>
        connection.FirstAsync(
            """
            select state, fence, currency, lease_minor, float_minor, spend_seconds, newcomer_minor,
              lease_share_basis_points from edge where edge_id = $1 for no key update
            """,
            r => new LeaseTerms(
                r.GetInt16(0) == 1, checked((uint)r.GetInt64(1)), r.GetInt16(2), r.GetInt64(3), r.GetInt64(4),
                checked((uint)r.GetInt64(5)), r.GetInt64(6), r.GetInt32(7)),
            cancel, (long)edge);

    public static Task<long?> FindAsync(
        NpgsqlConnection connection, uint edge, LeaseAsk ask, CancellationToken cancel) =>
        connection.ValueAsync<long?>(
            "select lease_id from lease where (edge_id, fence, incarnation, ask_no) = ($1, $2, $3, $4)",
            cancel, (long)edge, (long)ask.Fence, (long)ask.Incarnation, (long)ask.Number);

    /// <summary>
    /// The account asked for, if a device of this gateway is bound to it, so that a gateway's key alone reaches no
    /// other payer; or the gateway's own float.
    /// </summary>
    public static Task<LeasePayer?> LockPayerAsync(
        NpgsqlConnection connection, uint edge, LeaseAsk ask, CancellationToken cancel)
    {
        return ask.Account is { } account
            ? connection.FirstAsync(
                """
                select account_id, balance_minor - held_minor + credit_minor,
                  exists (select 1 from device d where d.account_id = a.account_id and d.edge_id = $3 and d.state = 1),
                  coalesce((select sum(open_minor) from debt
                    where payer_id = a.account_id and open_minor > 0), 0)::bigint
                from account a where (kind, owner_no, currency) = (1, $1, $2)
                  and exists (select 1 from device d where d.account_id = a.account_id and d.edge_id = $3)
                for no key update
                """,
                r => new LeasePayer(r.GetInt64(0), r.GetInt64(1), r.GetBoolean(2), r.GetInt64(3)),
                cancel, unchecked((long)account.Value), (short)ask.Currency, (long)edge)
            : connection.FirstAsync(
                """
                select account_id, balance_minor - held_minor + credit_minor from account
                where (kind, owner_no, currency) = (5, $1, $2) for no key update
                """,
                r => new LeasePayer(r.GetInt64(0), r.GetInt64(1), HasActiveDevice: true, DebtMinor: 0),
                cancel, (long)edge, (short)ask.Currency);
    }

    /// <summary>The payer's newest lease here that is not stopped; null without one.</summary>
    public static Task<PresentLease?> PresentAsync(
        NpgsqlConnection connection, uint edge, uint fence, long payer, CancellationToken cancel) =>
        connection.FirstAsync(
            """
            select a.balance_minor - a.held_minor, l.granted_at, l.spend_until
            from lease l join account a on a.account_id = l.lease_id
            where (l.edge_id, l.fence, l.payer_id) = ($1, $2, $3) and l.state in (1, 2)
            order by l.lease_id desc limit 1
            """,
            r => new PresentLease(
                r.GetInt64(0), r.GetFieldValue<DateTimeOffset>(1), r.GetFieldValue<DateTimeOffset>(2)),
            cancel, (long)edge, (long)fence, payer);

    /// <summary>
    /// What the payer spent at this edge on each whole day before today since he is known here, newest last: one entry
    /// a day, at most the 28 that the size of a lease follows from.
    /// </summary>
    public static Task<List<long>> DaySumsAsync(
        NpgsqlConnection connection, uint edge, long payer, DateTimeOffset now, CancellationToken cancel) =>
        connection.ListAsync(
            """
            select greatest(coalesce(s.spent_minor, 0), 0) from (
                select greatest($3::date - $4, (min(created_at) at time zone 'utc')::date) as first from device
                where (edge_id, account_id) = ($1, $2)) known
              cross join generate_series(known.first, $3::date - 1, interval '1 day') d
              left join edge_spend s on (s.edge_id, s.payer_id, s.spend_date) = ($1, $2, d::date)
            order by d
            """,
            r => r.GetInt64(0), cancel, (long)edge, payer, DateOnly.FromDateTime(now.UtcDateTime),
            LeaseSizing.HistoryDays);

    public static Task InsertAsync(
        NpgsqlConnection connection, long lease, uint edge, LeaseAsk ask, long payer, long size, DateTimeOffset now,
        uint spendSeconds, CancellationToken cancel) =>
        connection.RunAsync(
            """
            insert into lease (lease_id, edge_id, fence, payer_id, limit_minor, state, granted_at, spend_until,
              incarnation, ask_no)
            values ($1, $2, $3, $4, $5, 1, $6, $7, $8, $9)
            """,
            cancel, lease, (long)edge, (long)ask.Fence, payer, size, now, now.AddSeconds(spendSeconds),
            (long)ask.Incarnation, (long)ask.Number);

    /// <summary>Leases whose LEASE_ON has not arrived: their grants are told again and again.</summary>
    public static Task<List<OfferedLease>> OfferedAsync(
        NpgsqlConnection connection, uint edge, uint fence, CancellationToken cancel) =>
        connection.ListAsync(
            """
            select l.lease_id, case when p.kind = 1 then p.owner_no end, p.currency, l.limit_minor, l.granted_at,
              l.spend_until, l.ask_no, l.message
            from lease l join account p on p.account_id = l.payer_id
            where l.edge_id = $1 and l.fence = $2 and l.state = 1 order by l.lease_id limit 1000
            """,
            r => new OfferedLease(
                r.GetInt64(0),
                r.Maybe<long?>(1) is { } owner ? new AccountId(unchecked((ulong)owner)) : null,
                r.GetInt16(2),
                r.GetInt64(3),
                r.GetFieldValue<DateTimeOffset>(4),
                r.GetFieldValue<DateTimeOffset>(5),
                r.Maybe<long?>(6),
                r.Maybe<byte[]>(7)),
            cancel, (long)edge, (long)fence);

    /// <summary>Keeps the first signed grant of a lease; whoever signed second takes the first one's bytes.</summary>
    public static async Task<byte[]> KeepAsync(
        NpgsqlConnection connection, long lease, byte[] message, CancellationToken cancel) =>
        await connection.ValueAsync<byte[]>(
            "update lease set message = coalesce(message, $2) where lease_id = $1 returning message",
            cancel, lease, message)
        ?? throw new InvariantException($"lease {lease} has no row");

    /// <summary>Leases that the cloud has stopped or taken back and the edge has not closed.</summary>
    /// <param name="fence">The edge's: it has forgotten the leases of those before.</param>
    public static Task<List<long>> StoppedAsync(
        NpgsqlConnection connection, uint edge, uint fence, CancellationToken cancel) =>
        connection.ListAsync(
            """
            select lease_id from lease where edge_id = $1 and fence >= $2 and state in (3, 5)
            order by lease_id limit 1000
            """,
            r => r.GetInt64(0), cancel, (long)edge, (long)fence);
}
