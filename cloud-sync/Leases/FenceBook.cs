using System.Text.Json;
using System.Text.Json.Nodes;
using MqttPay.CloudSync.Storage;
using MqttPay.Settlement;
using Npgsql;

namespace MqttPay.CloudSync.Leases;

/// <summary>
/// Fences: the epochs of an edge. A new one begins after the last round that the cloud has accepted; the leases of the
/// one before stop, since nobody knows what another history has spent of them. The caller has locked the edge's row.
/// </summary>
internal sealed class FenceBook(CloudOptions options, TimeProvider clock, ILogger<FenceBook> log)
{
    /// <summary>
    /// Raises it because of what the cloud has seen, a bounded number of times a day: an edge with two living
    /// histories ends frozen, for an operator to look at; and one that is frozen stays so until he has.
    /// </summary>
    public async Task RaiseItselfAsync(
        NpgsqlConnection connection, uint edge, FenceCause cause, CancellationToken cancel)
    {
        if (await connection.ValueAsync<short>("select state from edge where edge_id = $1", cancel, (long)edge) != 1)
        {
            await StopLeasesAsync(connection, edge, cancel);
            return;
        }

        var today = await connection.ValueAsync<long>(
            "select count(*) from fence_raise where edge_id = $1 and made_by = 'cloud' and made_at > $2",
            cancel, (long)edge, clock.GetUtcNow().AddDays(-1));
        if (today >= options.FenceRaisesPerDay)
        {
            await connection.RunAsync(
                "update edge set state = 2 where edge_id = $1 and state = 1", cancel, (long)edge);
            await StopLeasesAsync(connection, edge, cancel);
            log.FenceStays(edge, today);
            return;
        }

        var fence = await RaiseAsync(connection, edge, cause, "cloud", cancel);
        if (fence is not null) log.FenceRaised(edge, fence.Value, cause);
    }

    private static Task<int> StopLeasesAsync(NpgsqlConnection connection, uint edge, CancellationToken cancel) =>
        connection.RunAsync(
            "update lease set state = 3 where edge_id = $1 and state in (1, 2)", cancel, (long)edge);

    /// <summary>Returns the new fence, or null when there is no such edge.</summary>
    public async Task<uint?> RaiseAsync(
        NpgsqlConnection connection, uint edge, FenceCause cause, string madeBy, CancellationToken cancel)
    {
        var fence = await connection.ValueAsync<long?>(
            """
            update edge set fence = fence + 1, state = 1, roster_version = roster_version + 1
            where edge_id = $1 and state <> 3 returning fence
            """,
            cancel, (long)edge);
        if (fence is null) return null;
        await connection.RunAsync(
            """
            insert into edge_chain (edge_id, fence, next_round, head, last_unix, deny_version)
            select edge_id, $2, next_round, head, last_unix, deny_version from edge_chain
            where (edge_id, fence, branch) = ($1, $2 - 1, 0)
            """, cancel, (long)edge, fence.Value);
        await connection.RunAsync(
            "update lease set state = 3 where edge_id = $1 and fence < $2 and state in (1, 2)",
            cancel, (long)edge, fence.Value);
        await connection.RunAsync(
            "insert into fence_raise (edge_id, fence, cause, made_by, made_at) values ($1, $2, $3, $4, $5)",
            cancel, (long)edge, fence.Value, JsonNamingPolicy.SnakeCaseLower.ConvertName(cause.ToString()), madeBy,
            clock.GetUtcNow());
        await LiftFloorsAsync(connection, edge, cancel);
        return checked((uint)fence.Value);
    }

    /// <summary>
    /// The edge has forgotten names that the cloud knows: its next roster tells up to where each device has used them.
    /// </summary>
    public static Task<int> LiftFloorsAsync(NpgsqlConnection connection, uint edge, CancellationToken cancel) =>
        connection.RunAsync(
            """
            update device d set sequence_floor = known.seq from (
              select device_id, greatest(
                (select max(seq) from payment p where (p.device_id, p.epoch) = (k.device_id, k.epoch)),
                (select max(seq) from decline c where (c.device_id, c.epoch) = (k.device_id, k.epoch))) as seq
              from device k where k.edge_id = $1) known
            where d.device_id = known.device_id and known.seq > d.sequence_floor
            """, cancel, (long)edge);

    /// <summary>Notes that an edge has two histories, once for each round that proves it.</summary>
    public Task RecordAsync(
        NpgsqlConnection connection, uint edge, uint fence, long round, JsonObject evidence,
        CancellationToken cancel) =>
        connection.RunAsync(
            """
            insert into recon_break (subject, key1, key2, key3, category, evidence, owner, due_at)
            values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8) on conflict do nothing
            """,
            cancel, (short)BreakSubject.Chain, (long)edge, (long)fence, round, (short)Category.ChainFork,
            evidence.ToJsonString(), CategoryRule.OwnerOf(Category.ChainFork),
            clock.GetUtcNow() + CategoryRule.DueIn(Category.ChainFork));
}
