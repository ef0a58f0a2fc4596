using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using Npgsql;

namespace MqttPay.CloudSync.Enrolment;

/// <summary>Reads gateways with their chains and leases.</summary>
internal static class GatewayQueries
{
    public static async Task<GatewayView?> FindAsync(NpgsqlConnection connection, uint edge, CancellationToken cancel)
    {
        var leases = await LeasesAsync(connection, edge, cancel);
        return await connection.FirstAsync(
            """
            select e.state, e.fence, e.currency, e.payee_no, c.next_round, c.head, e.roster_version, e.last_contact_at,
              e.lease_minor, e.newcomer_minor, e.lease_share_basis_points
            from edge e join edge_chain c on (c.edge_id, c.fence, c.branch) = (e.edge_id, e.fence, 0)
            where e.edge_id = $1
            """,
            r => new GatewayView(
                edge,
                r.GetInt16(0) switch { 1 => "active", 2 => "frozen", _ => "retired" },
                checked((uint)r.GetInt64(1)),
                r.GetInt16(2),
                r.GetInt64(3),
                r.GetInt64(4),
                Convert.ToHexStringLower(r.Bytes(5)),
                r.GetInt64(6),
                r.GetInt64(8),
                r.GetInt64(9),
                r.GetInt32(10),
                leases.Where(l => l.State != "reclaimed").Sum(l => l.LeftMinor),
                r.Maybe<DateTimeOffset?>(7),
                leases),
            cancel, (long)edge);
    }

    private static Task<List<LeaseView>> LeasesAsync(
        NpgsqlConnection connection, uint edge, CancellationToken cancel) =>
        connection.ListAsync(
            """
            select l.lease_id, case when p.kind = 1 then p.owner_no end, l.fence, l.state, l.limit_minor,
              a.balance_minor, a.held_minor, l.granted_at, l.spend_until
            from lease l join account a on a.account_id = l.lease_id join account p on p.account_id = l.payer_id
            where l.edge_id = $1 and l.state <> 4 order by l.lease_id
            """,
            r => new LeaseView(
                r.GetInt64(0),
                r.Maybe<long?>(1) is { } owner ? new AccountId(unchecked((ulong)owner)).ToString() : null,
                checked((uint)r.GetInt64(2)),
                ((LeaseState)r.GetInt16(3)) switch
                {
                    LeaseState.Offered => "offered",
                    LeaseState.Active => "active",
                    LeaseState.Stopped => "stopped",
                    LeaseState.Reclaimed => "reclaimed",
                    _ => "closed",
                },
                r.GetInt64(4),
                r.GetInt64(5),
                r.GetInt64(6),
                r.GetFieldValue<DateTimeOffset>(7),
                r.GetFieldValue<DateTimeOffset>(8)),
            cancel, (long)edge);
}
