using System.Text.Json.Nodes;
using MqttPay.CloudSync.Leases;
using MqttPay.CloudSync.Storage;
using MqttPay.Rounds;
using MqttPay.Settlement;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Ingest;

/// <summary>
/// Takes an edge's batches: look at the chain, verify outside any transaction, post once, answer after the commit. The
/// same batch through any number of processes is posted once and gets the same bytes as its answer.
/// </summary>
internal sealed class BatchIngest(
    NpgsqlDataSource database, BatchVerifier verifier, BatchPoster poster, FenceBook fences, FollowUp followUp,
    TimeProvider clock, ILogger<BatchIngest> log)
{
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(5);

    public async Task<IngestResult> SubmitAsync(uint edge, byte[] body, CancellationToken cancel)
    {
        if (BatchReader.Read(edge, body, out var unread) is not { } batch)
            return await RefuseAsync(edge, body, unread!, cancel);

        Verification? verified = null;   // Kept over repeats: it looks at nothing that a repeat could change.
        var pipeline = IngestResilience.Pipeline(clock, exception => log.Again(edge, exception.Message));
        try
        {
            return await pipeline.ExecuteAsync(async token =>
            {
                if (await PeekAsync(edge, batch, token) is { } answer) return answer;
                verified ??= await VerifyAsync(edge, batch, token);
                return verified is Verification.Good good
                    ? await PostAsync(batch, good.Items, token)
                    : await RefuseAsync(edge, body, Refusal((Verification.Bad)verified), token);
            }, cancel);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            if (IngestFaults.Of(exception) is not IngestFault.Impossible)
            {
                log.Waits(exception, edge);
                return new IngestResult.Busy(Later);
            }

            // Never tried again: the core and the constraints disagree, and somebody has to see why.
            log.Impossible(exception, edge);
            await using var connection = await database.OpenConnectionAsync(cancel);
            await connection.RunAsync("update edge set state = 2 where edge_id = $1 and state = 1", cancel, (long)edge);
            return await RefuseAsync(edge, body, new("MP6011", "The batch breaks the ledger's rules."), cancel);
        }
    }

    /// <summary>Answers without a lock and without device signatures where the chain alone can.</summary>
    private async Task<IngestResult?> PeekAsync(uint edge, SubmittedBatch batch, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (await ChainStore.ReadEdgeAsync(connection, edge, cancel) is not { State: not 3 } row)
            return new IngestResult.Refused("MP6009", "No such edge.");
        if (!verifier.HeadersVerify(row.Keys, [batch.Rounds[^1]]))
            return new IngestResult.Refused("MP6006", "The last header is not signed by this edge.");
        if (await ChainStore.ReadAsync(connection, edge, batch.Last.Fence, cancel) is not { } chain)
            return new IngestResult.Refused("MP6009", "The cloud gave this edge no such fence.");
        var (step, held) = await PlaceAsync(connection, chain, batch, cancel);
        return step switch
        {
            ChainStep.Known => Known(batch, held!),
            ChainStep.Gap => new IngestResult.Gap(chain.Head.NextRound, chain.Head.Head),
            // Certain: goes on to be recorded.
            ChainStep.Fork when verifier.HeadersVerify(row.Keys, batch.Rounds) => null,
            ChainStep.Fork => new IngestResult.Refused("MP6006", "A header is not signed by this edge."),
            _ => null,
        };
    }

    private async Task<Verification> VerifyAsync(uint edge, SubmittedBatch batch, CancellationToken cancel)
    {
        EdgeRow row;
        await using (var connection = await database.OpenConnectionAsync(cancel))
            row = (await ChainStore.ReadEdgeAsync(connection, edge, cancel))!;
        return await verifier.VerifyAsync(row.Keys, batch, cancel);
    }

    private async Task<IngestResult> PostAsync(
        SubmittedBatch batch, IReadOnlyList<JournalItem> items, CancellationToken cancel)
    {
        var (edge, fence) = (batch.Last.Edge, batch.Last.Fence);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var date = await BusinessDays.ShareAsync(connection, cancel);
        var row = (await ChainStore.LockEdgeAsync(connection, edge, cancel))!;
        var chain = (await ChainStore.ReadAsync(connection, edge, fence, cancel))!;
        var (step, held) = await PlaceAsync(connection, chain, batch, cancel);
        switch (step)
        {
            case ChainStep.Known: return Known(batch, held!);
            case ChainStep.Gap: return new IngestResult.Gap(chain.Head.NextRound, chain.Head.Head);
            case ChainStep.Fork:
                await ForkAsync(connection, row, batch, chain, cancel);
                await transaction.CommitAsync(cancel);
                return new IngestResult.Fork(chain.Head.NextRound, chain.Head.Head);
            default: break;
        }

        var from = step is ChainStep.Overlap overlap ? overlap.From : batch.First.Number;
        var posted = await poster.PostAsync(
            connection, row, chain, batch, ChainStore.Main, from, items, date, cancel);
        await ThawAsync(connection, row, batch, posted.Effects, cancel);
        await transaction.CommitAsync(cancel);
        var stored = posted.Row;
        log.Posted(
            stored.BatchNo, edge, from, batch.Last.Number, stored.Accepted, stored.Declined, stored.Rejected);
        await followUp.AfterAsync(stored.BatchNo, posted.Effects, cancel);
        return new IngestResult.Acked(stored.Ack, New: true);
    }

    /// <summary>An edge that stopped because it, or a device, saw two histories goes on under a new fence.</summary>
    private async Task ThawAsync(
        NpgsqlConnection connection, EdgeRow edge, SubmittedBatch batch, Reconciled effects, CancellationToken cancel)
    {
        if (edge.Fence != batch.Last.Fence || !effects.Events.Any(IsFrozen)) return;
        await fences.RaiseItselfAsync(connection, edge.Edge, FenceCause.Frozen, cancel);
    }

    private static bool IsFrozen(EventRow row) =>
        EventCodec.TryParse(row.Body, out var content) is WireError.None && content is RoundEvent.Frozen frozen
        && (FreezeCause)frozen.Cause is FreezeCause.Rollback or FreezeCause.Fork or FreezeCause.Replaced;

    private static async Task<(ChainStep Step, HeldRound? Held)> PlaceAsync(
        NpgsqlConnection connection, ChainRow chain, SubmittedBatch batch, CancellationToken cancel)
    {
        var held = batch.Run.Last < chain.Head.NextRound
            ? await ChainStore.HeldAsync(connection, batch.Last.Edge, batch.Last.Fence, batch.Run.Last, cancel)
            : null;
        return (Chain.Place(chain.Head, batch.Run, held?.Root), held);
    }

    /// <summary>The stored answer; a new one only where no stored batch ends with this round.</summary>
    private IngestResult.Acked Known(SubmittedBatch batch, HeldRound held) =>
        new(held.Ack ?? poster.SignAck(batch), New: false);

    /// <summary>Both headers are kept; the leases stop; the edge gets a new fence unless it has one already.</summary>
    private async Task ForkAsync(
        NpgsqlConnection connection, EdgeRow edge, SubmittedBatch batch, ChainRow chain, CancellationToken cancel)
    {
        var round = Math.Max(Math.Min(batch.Run.Last, chain.Head.NextRound - 1), batch.Run.First);
        var told = batch.Rounds[(int)(round - batch.Run.First)];
        var (number, fence) = (batch.Last.Edge, batch.Last.Fence);
        // Where the cloud has no such round, the one before it proves as much: the new one does not follow it.
        var held = await ChainStore.HeldAsync(connection, number, fence, round, cancel)
            ?? await ChainStore.HeldAsync(connection, number, fence, round - 1, cancel);
        var evidence = new JsonObject
        {
            ["note"] = "Two roots for one round.",
            ["held_root"] = (held?.Root ?? chain.Head.Head).ToString(),
            ["held_header"] = held is null ? null : Convert.ToHexStringLower(held.Message),
            ["told_root"] = told.Root.ToString(),
            ["told_header"] = Convert.ToHexStringLower(told.Message),
        };
        await fences.RecordAsync(connection, number, fence, round, evidence, cancel);
        log.Forked(number, fence, round);
        if (edge.Fence == fence) await fences.RaiseItselfAsync(connection, number, FenceCause.Fork, cancel);
    }

    private static IngestResult.Refused Refusal(Verification.Bad bad) =>
        new($"MP{7000 + (int)bad.Category}", bad.Reason);

    private async Task<IngestResult> RefuseAsync(
        uint edge, byte[] body, IngestResult.Refused refused, CancellationToken cancel)
    {
        log.Refused(edge, refused.Code, refused.Reason);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.RunAsync(
            """
            insert into quarantine (digest, edge_id, code, reason, body) values ($1, $2, $3, $4, $5) on conflict do
            nothing
            """, cancel, Payments.Hash.Of(body).ToArray(), (long)edge, refused.Code, refused.Reason, body);
        return refused;
    }
}
