using System.Data.Common;
using System.Globalization;
using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using Npgsql;

namespace MqttPay.CloudSync.Reports;

/// <summary>
/// What is out of the payers' hands and not yet booked. The balance of a lease is what is left of it, so the sum of
/// them bounds every loss, whatever an edge has approved since it was last heard.
/// </summary>
internal static class Exposure
{
    private const int PartsMax = 1_000;

    private const string Sums = """
        p.currency, count(*) filter (where l.state <> 5),
          coalesce(sum(a.balance_minor) filter (where l.state <> 5 and p.kind = 1), 0)::bigint,
          coalesce(sum(a.balance_minor) filter (where l.state <> 5 and p.kind = 5), 0)::bigint,
          coalesce(sum(a.held_minor) filter (where l.state <> 5), 0)::bigint,
          coalesce(sum(a.balance_minor) filter (where l.state = 5), 0)::bigint
        """;

    private const string Open = """
        from lease l join account a on a.account_id = l.lease_id join account p on p.account_id = l.payer_id
          join edge e on e.edge_id = l.edge_id
        where l.state <> 4 and ($1::bigint is null or l.edge_id = $1)
          and ($2::bigint is null or (p.kind = 1 and p.owner_no = $2))
        """;

    public static Task<ExposureView> OfFleetAsync(NpgsqlConnection connection, CancellationToken cancel) =>
        ReadAsync(connection, "fleet", null, null, null, cancel);

    /// <summary>Null when there is no such gateway.</summary>
    public static async Task<ExposureView?> OfGatewayAsync(
        NpgsqlConnection connection, uint edge, CancellationToken cancel) =>
        await connection.ValueAsync<bool>("select exists (select 1 from edge where edge_id = $1)", cancel, (long)edge)
            ? await ReadAsync(
                connection, "gateway", edge.ToString(CultureInfo.InvariantCulture), edge, null, cancel)
            : null;

    /// <summary>Null when there is no such account.</summary>
    public static async Task<ExposureView?> OfAccountAsync(
        NpgsqlConnection connection, AccountId account, CancellationToken cancel)
    {
        var owner = unchecked((long)account.Value);
        return await connection.ValueAsync<bool>(
            "select exists (select 1 from account where kind = 1 and owner_no = $1)", cancel, owner)
            ? await ReadAsync(connection, "account", account.ToString(), null, owner, cancel)
            : null;
    }

    private static async Task<ExposureView> ReadAsync(
        NpgsqlConnection connection, string scope, string? id, uint? edge, long? owner, CancellationToken cancel)
    {
        var total = await connection.ListAsync(
            $"select {Sums} {Open} group by p.currency order by p.currency", row => Line(row, 0), cancel, (long?)edge,
            owner);
        // Of one gateway by account; else by gateway.
        var account = edge is null ? "null::bigint" : "case when p.kind = 1 then p.owner_no end";
        var parts = await connection.ListAsync(
            $"""
            select l.edge_id, {account}, max(e.last_contact_at), {Sums} {Open}
            group by 1, 2, p.currency
            order by sum(a.balance_minor) filter (where l.state <> 5) desc nulls last, 1, 2 limit {PartsMax}
            """,
            row => new ExposurePart(
                checked((uint)row.GetInt64(0)),
                row.Maybe<long?>(1) is { } payer ? new AccountId(unchecked((ulong)payer)).ToString() : null,
                Line(row, 3), row.Maybe<DateTimeOffset?>(2)),
            cancel, (long?)edge, owner);
        return new(scope, id, total, parts);
    }

    private static ExposureLine Line(DbDataReader row, int column)
    {
        var (leased, purse, held) = (row.GetInt64(column + 2), row.GetInt64(column + 3), row.GetInt64(column + 4));
        return new(
            row.GetInt16(column), row.GetInt64(column + 1), leased, purse, held, leased + purse - held,
            row.GetInt64(column + 5), leased + purse);
    }
}
