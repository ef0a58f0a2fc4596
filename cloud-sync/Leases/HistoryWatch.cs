using System.Text.Json.Nodes;
using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Leases;

/// <summary>
/// Holds what an edge says of its head against what the cloud has accepted: how a restored backup is found on contact.
/// </summary>
internal sealed class HistoryWatch(NpgsqlDataSource database, FenceBook fences, TimeProvider clock)
{
    /// <summary>A sync under an old fence may have been on its way; another one this much later has not.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);

    public async Task CheckAsync(uint edge, SyncRequest request, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (await JudgeAsync(connection, edge, request, cancel) is null) return;

        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await ChainStore.LockEdgeAsync(connection, edge, cancel) is null) return;
        if (await JudgeAsync(connection, edge, request, cancel) is not { } found) return;   // A twin was quicker.
        if (found.Doubtful && !await IsSecondAsync(connection, edge, cancel))
        {
            await transaction.CommitAsync(cancel);
            return;
        }

        var evidence = new JsonObject
        {
            ["note"] = found.Cause is FenceCause.Replaced
                ? "A sync under a fence that the edge had left."
                : "The edge's head is not in the history that it sent.",
            ["held_root"] = found.Held?.ToString(),
            ["told_root"] = request.HeadRoot.ToString(),
            ["told_incarnation"] = request.Incarnation,
        };
        await fences.RecordAsync(connection, edge, request.Fence, request.HeadRound, evidence, cancel);
        await fences.RaiseItselfAsync(connection, edge, found.Cause, cancel);
        await transaction.CommitAsync(cancel);
    }

    private static async Task<Lost?> JudgeAsync(
        NpgsqlConnection connection, uint edge, SyncRequest request, CancellationToken cancel)
    {
        var fence = checked((uint)await connection.ValueAsync<long>(
            "select fence from edge where edge_id = $1 and state <> 3", cancel, (long)edge));
        if (fence == 0 || request.Fence > fence) return null;
        if (request.Fence < fence)
        {
            // The order to the newest fence repeats until it is taken; afterwards nobody honest speaks of the old one,
            // but for what was on its way meanwhile.
            return await NewestIncarnationAsync(connection, edge, fence, cancel) is { } taken
                ? new(FenceCause.Replaced, null, Doubtful: request.Incarnation <= taken) : null;
        }

        var head = (await ChainStore.ReadAsync(connection, edge, fence, cancel))!.Head;
        if (request.HeadRound >= head.NextRound) return null;
        if (request.HeadRound == head.NextRound - 1)
            return request.HeadRoot == head.Head ? null : new(FenceCause.Rollback, head.Head);

        var held = await ChainStore.HeldAsync(connection, edge, fence, request.HeadRound, cancel);
        if (held is not null && held.Root != request.HeadRoot) return new(FenceCause.Rollback, held.Root);

        // An older head of the same history is a sync that was late, unless the agent has started since: what it wrote
        // at that start would be ahead of all that the cloud has.
        var newest = await NewestIncarnationAsync(connection, edge, fence, cancel) ?? 0;
        return request.Incarnation > newest ? new(FenceCause.Rollback, held?.Root) : null;
    }

    private static Task<long?> NewestIncarnationAsync(
        NpgsqlConnection connection, uint edge, uint fence, CancellationToken cancel) =>
        connection.ValueAsync<long?>(
            """
            select incarnation from batch where (edge_id, fence, branch) = ($1, $2, 0)
            order by first_round desc limit 1
            """, cancel, (long)edge, (long)fence);

    /// <summary>Whether another such sync came a while ago; notes this one if not.</summary>
    private async Task<bool> IsSecondAsync(NpgsqlConnection connection, uint edge, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var first = await connection.ValueAsync<DateTime?>(
            "select stale_sync_at from edge where edge_id = $1 and stale_sync_at > $2",
            cancel, (long)edge, now - Forgotten);
        if (first is { } at) return now - at >= Late;
        await connection.RunAsync("update edge set stale_sync_at = $2 where edge_id = $1", cancel, (long)edge, now);
        return false;
    }

    private sealed record Lost(FenceCause Cause, Hash? Held, bool Doubtful = false);
}
