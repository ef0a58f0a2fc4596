using MqttPay.CloudSync.Leases;
using MqttPay.CloudSync.Storage;
using MqttPay.Settlement;
using Npgsql;

namespace MqttPay.CloudSync.Ingest;

/// <summary>
/// Takes the rounds that an edge has lost: a history beside the accepted one, under a fence that is over. Each record
/// carries its device's signature, so it counts; it posts once, in the category CHAIN_FORK, and what no lease covers is
/// asked of the payer.
/// </summary>
internal sealed class BranchIngest(
    NpgsqlDataSource database, BatchVerifier verifier, BatchPoster poster, FollowUp followUp, TimeProvider clock,
    ILogger<BranchIngest> log)
{
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(5);

    public async Task<IngestResult> SubmitAsync(uint edge, byte[] body, CancellationToken cancel)
    {
        if (BatchReader.Read(edge, body, out var unread, branch: true) is not { } run) return unread!;
        Verification? verified = null;
        var pipeline = IngestResilience.Pipeline(clock, exception => log.Again(edge, exception.Message));
        try
        {
            return await pipeline.ExecuteAsync(async token =>
            {
                await using var connection = await database.OpenConnectionAsync(token);
                if (await ChainStore.ReadEdgeAsync(connection, edge, token) is not { State: not 3 } row)
                    return new IngestResult.Refused("MP6009", "No such edge.");
                if (run.Last.Fence > row.Fence || (run.Last.Fence == row.Fence && row.State == 1))
                    return new IngestResult.Refused("MP6009", "Only a fence that is over has lost rounds.");
                verified ??= await verifier.VerifyAsync(row.Keys, run, token);
                return verified is Verification.Good good
                    ? await PostAsync(connection, run, good.Items, token)
                    : new IngestResult.Refused(
                        $"MP{7000 + (int)((Verification.Bad)verified).Category}", ((Verification.Bad)verified).Reason);
            }, cancel);
        }
        catch (Exception exception) when (IngestFaults.Of(exception) is not IngestFault.Impossible
            && exception is not OperationCanceledException)
        {
            log.Waits(exception, edge);
            return new IngestResult.Busy(Later);
        }
    }

    private async Task<IngestResult> PostAsync(
        NpgsqlConnection connection, SubmittedBatch run, IReadOnlyList<JournalItem> items, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var date = await BusinessDays.ShareAsync(connection, cancel);
        var row = (await ChainStore.LockEdgeAsync(connection, run.Last.Edge, cancel))!;
        var place = await new BranchPlaces(connection, row.Edge, run.Last.Fence, cancel).FindAsync(run);
        switch (place)
        {
            case BranchPlace.Unknown:
                return new IngestResult.Refused("MP6009", "The cloud gave this edge no such fence.");
            case BranchPlace.Known known:
                return new IngestResult.Acked(known.Ack ?? poster.SignAck(run), New: false);
            case BranchPlace.Apart apart: return new IngestResult.Gap(apart.NextRound, apart.Head);
            default: break;
        }

        var (branch, from, chain) = (BranchPlace.Follows)place;
        var posted = await poster.PostAsync(connection, row, chain, run, branch, from, items, date, cancel);
        if (await FenceBook.LiftFloorsAsync(connection, row.Edge, cancel) > 0)
            await connection.RunAsync(
                "update edge set roster_version = roster_version + 1 where edge_id = $1", cancel, (long)row.Edge);
        await transaction.CommitAsync(cancel);
        var stored = posted.Row;
        log.BranchPosted(
            stored.BatchNo, row.Edge, from, run.Last.Number, stored.Accepted, stored.Declined, stored.Rejected);
        await followUp.AfterAsync(stored.BatchNo, posted.Effects, cancel);
        return new IngestResult.Acked(stored.Ack, New: true);
    }
}
