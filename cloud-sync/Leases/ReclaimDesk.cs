using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using MqttPay.Settlement;
using Npgsql;

namespace MqttPay.CloudSync.Leases;

/// <summary>
/// Gives a payer back what a lost edge still holds of his: the one way besides the edge's own LEASE_CLOSE, and only by
/// an operator. The same sum is the operator's loss until the journal proves otherwise, and the fence rises, so that
/// the edge cannot spend it a second time.
/// </summary>
internal sealed class ReclaimDesk(FenceBook fences, TimeProvider clock)
{
    public async Task<Outcome<ReclaimView>> LeaseAsync(
        NpgsqlConnection connection, long lease, string madeBy, CancellationToken cancel)
    {
        var edge = await connection.ValueAsync<long?>("select edge_id from lease where lease_id = $1", cancel, lease);
        if (edge is null) return Refusal.NotFound($"lease {lease}");
        var view = await ReclaimAsync(connection, checked((uint)edge.Value), lease, madeBy, cancel);
        if (view.Leases.Count > 0) return view;
        return await EarlierAsync(connection, lease, cancel) is { } earlier
            ? view with { ReturnedMinor = earlier.ReturnedMinor, Leases = [earlier] }
            : new Refusal(8015, $"Lease {lease} is closed, or nothing is left of it.", "lease");
    }

    /// <summary>All leases of an edge that is given up, its float too.</summary>
    public async Task<Outcome<ReclaimView>> GatewayAsync(
        NpgsqlConnection connection, uint edge, string madeBy, CancellationToken cancel) =>
        await connection.ValueAsync<bool>("select exists (select 1 from edge where edge_id = $1)", cancel, (long)edge)
            ? await ReclaimAsync(connection, edge, null, madeBy, cancel)
            : Refusal.NotFound($"gateway {edge}");

    private async Task<ReclaimView> ReclaimAsync(
        NpgsqlConnection connection, uint edge, long? only, string madeBy, CancellationToken cancel)
    {
        await BusinessDays.ShareAsync(connection, cancel);
        var row = (await ChainStore.LockEdgeAsync(connection, edge, cancel))!;
        var open = await LockAsync(connection, edge, only, cancel);
        var taken = new List<ReclaimedLease>();
        foreach (var lease in open.Where(lease => lease.OwedMinor > 0))
        {
            var loss = await LedgerStore.OpenOrFindAsync(
                connection, AccountKind.EdgeLoss, edge, lease.Currency, cancel);
            await LedgerStore.MoveAsync(
                connection,
                new(TransferKind.ForcedReclaim, lease.Lease, 0, loss, lease.Payer, lease.OwedMinor, madeBy), cancel);
            await connection.RunAsync(
                """
                update lease set state = 5, excess_minor = excess_minor + $2, reclaimed_at = $3, reclaimed_by = $4
                where lease_id = $1
                """, cancel, lease.Lease, lease.OwedMinor, clock.GetUtcNow(), madeBy);
            taken.Add(new(lease.Lease, lease.Account, lease.OwedMinor, lease.HeldMinor));
        }

        var fence = row.Fence;
        if (open.Exists(lease => lease.Fence == fence && lease.OwedMinor > 0))
            fence = await fences.RaiseAsync(connection, edge, FenceCause.Reclaim, madeBy, cancel) ?? fence;
        return new(edge, fence, taken.Sum(lease => lease.ReturnedMinor), taken);
    }

    /// <summary>What is left of each lease, less what edge_loss has put in; all accounts locked in order.</summary>
    private static async Task<List<OpenLease>> LockAsync(
        NpgsqlConnection connection, uint edge, long? only, CancellationToken cancel)
    {
        const string which = """
            from lease l where l.edge_id = $1 and l.state in (1, 2, 3) and ($2::bigint is null or l.lease_id = $2)
            """;
        await connection.RunAsync(
            $"""
            select 1 from account where account_id in (
              select l.lease_id {which} union select l.payer_id {which}
              union select account_id from account where kind = 4 and owner_no = $1)
            order by account_id for no key update
            """, cancel, (long)edge, only);
        return await connection.ListAsync(
            $"""
            select l.lease_id, l.fence, l.payer_id, p.currency, case when p.kind = 1 then p.owner_no end,
              a.balance_minor - least(a.balance_minor, l.excess_minor), a.held_minor
            from (select l.* {which}) l join account a on a.account_id = l.lease_id
              join account p on p.account_id = l.payer_id order by l.lease_id
            """,
            row => new OpenLease(
                row.GetInt64(0), checked((uint)row.GetInt64(1)), row.GetInt64(2), row.GetInt16(3),
                row.Maybe<long?>(4) is { } owner ? new AccountId(unchecked((ulong)owner)).ToString() : null,
                row.GetInt64(5), row.GetInt64(6)),
            cancel, (long)edge, only);
    }

    private static Task<ReclaimedLease?> EarlierAsync(
        NpgsqlConnection connection, long lease, CancellationToken cancel) =>
        connection.FirstAsync(
            """
            select case when p.kind = 1 then p.owner_no end, t.amount_minor, a.held_minor
            from transfer t join account p on p.account_id = t.credit_id join account a on a.account_id = t.cause_id
            where t.kind = 5 and t.cause_id = $1
            """,
            row => new ReclaimedLease(
                lease, row.Maybe<long?>(0) is { } owner ? new AccountId(unchecked((ulong)owner)).ToString() : null,
                row.GetInt64(1), row.GetInt64(2)),
            cancel, lease);

    private sealed record OpenLease(
        long Lease, uint Fence, long Payer, int Currency, string? Account, long OwedMinor, long HeldMinor);
}
