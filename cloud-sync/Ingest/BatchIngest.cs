using System.Text.Json.Nodes;
using MqttPay.CloudSync.Documents;
using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Ingest;

/// <summary>
/// Takes an edge's batches: look at the chain, verify outside any transaction, post once, answer after the commit. The
/// same batch through any number of processes is posted once and gets the same bytes as its answer.
/// </summary>
internal sealed class BatchIngest(
    NpgsqlDataSource database, BatchVerifier verifier, DocumentSigner signer, FollowUp followUp, TimeProvider clock,
    ILogger<BatchIngest> log)
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
        if (!verifier.HeadersVerify(row.Key, [batch.Rounds[^1]]))
            return new IngestResult.Refused("MP6006", "The last header is not signed by this edge.");
        if (await ChainStore.ReadAsync(connection, edge, batch.Last.Fence, cancel) is not { } chain)
            return new IngestResult.Refused("MP6009", "The cloud gave this edge no such fence.");
        var (step, held) = await PlaceAsync(connection, chain, batch, cancel);
        return step switch
        {
            ChainStep.Known => Known(batch, held!),
            ChainStep.Gap => new IngestResult.Gap(chain.Head.NextRound, chain.Head.Head),
            // Certain: goes on to be recorded.
            ChainStep.Fork when verifier.HeadersVerify(row.Key, batch.Rounds) => null,
            ChainStep.Fork => new IngestResult.Refused("MP6006", "A header is not signed by this edge."),
            _ => null,
        };
    }

    private async Task<Verification> VerifyAsync(uint edge, SubmittedBatch batch, CancellationToken cancel)
    {
        EdgeRow row;
        await using (var connection = await database.OpenConnectionAsync(cancel))
            row = (await ChainStore.ReadEdgeAsync(connection, edge, cancel))!;
        return await verifier.VerifyAsync(row.Key, batch, cancel);
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
                await FreezeAsync(connection, batch, chain, cancel);
                await transaction.CommitAsync(cancel);
                return new IngestResult.Fork(chain.Head.NextRound, chain.Head.Head);
            default: break;
        }

        var from = step is ChainStep.Overlap overlap ? overlap.From : batch.First.Number;
        var fresh =
            items.Where(item => item.Round >= from).Select((item, index) => item with { Position = index }).ToList();
        var batchNo = await ChainStore.NextBatchAsync(connection, cancel);
        var now = clock.GetUtcNow().UtcDateTime;
        var books = await new BookReader(connection, cancel).ReadAsync(batchNo, row, chain, now, fresh);
        var effects = Reconciler.Reconcile(books, fresh);
        await new BatchWriter(connection, batchNo, cancel).WriteAsync(effects);
        await new EffectWriter(connection, batchNo, date, cancel).WriteAsync(effects, now);

        var moved = new ChainRow(
            new(batch.Last.Number + 1, batch.Head), effects.LastUnix, effects.DenyVersion);
        await ChainStore.MoveAsync(connection, edge, fence, moved, cancel);
        var stored = Row(batch, batchNo, from, chain.Head.Head, effects, date, now);
        Invariant.Holds(
            stored.Accepted + stored.Declined + stored.Rejected == fresh.OfType<JournalItem.Decided>().Count());
        await ChainStore.InsertAsync(connection, stored, cancel);
        await transaction.CommitAsync(cancel);
        log.Posted(batchNo, edge, from, batch.Last.Number, stored.Accepted, stored.Declined, stored.Rejected);
        await followUp.AfterAsync(batchNo, effects, cancel);
        return new IngestResult.Acked(stored.Ack, New: true);
    }

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
        new(held.Ack ?? SignAck(batch), New: false);

    private byte[] SignAck(SubmittedBatch batch) => signer.Sign(
        MessageKind.Ack, AckCodec.Encode(new Ack(batch.Last.Edge, batch.Last.Fence, batch.Last.Number, batch.Head)));

    private BatchRow Row(
        SubmittedBatch batch, long batchNo, long from, Hash previous, Reconciled effects, DateOnly date,
        DateTime now) => new(
        batchNo, from, batch.Last, previous, batch.Head,
        RoundHeaders.Encode(batch.Rounds.Where(round => round.Header.Number >= from).Select(round => round.Message)),
        batch.SealBody, effects.Payments.Count, effects.Declines.Count, effects.Rejects.Count, date, now,
        SignAck(batch));

    private async Task FreezeAsync(
        NpgsqlConnection connection, SubmittedBatch batch, ChainRow chain, CancellationToken cancel)
    {
        var round = Math.Max(Math.Min(batch.Run.Last, chain.Head.NextRound - 1), batch.Run.First);
        var told = batch.Rounds[(int)(round - batch.Run.First)];
        var held = await ChainStore.HeldAsync(connection, batch.Last.Edge, batch.Last.Fence, round, cancel);
        var evidence = new JsonObject
        {
            ["note"] = "Two roots for one round.",
            ["held_root"] = (held?.Root ?? chain.Head.Head).ToString(),
            ["held_header"] = held is null ? null : Convert.ToHexStringLower(held.Message),
            ["told_root"] = told.Root.ToString(),
            ["told_header"] = Convert.ToHexStringLower(told.Message),
        };
        await ChainStore.FreezeAsync(
            connection, told.Header, evidence.ToJsonString(), clock.GetUtcNow().UtcDateTime, cancel);
        log.Forked(told.Header.Edge, told.Header.Fence, round);
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
            """, cancel, Hash.Of(body).ToArray(), (long)edge, refused.Code, refused.Reason, body);
        return refused;
    }
}
