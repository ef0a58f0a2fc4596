using MqttPay.CloudSync.Documents;
using MqttPay.CloudSync.Storage;
using MqttPay.Settlement;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Ingest;

/// <summary>Posts verified rounds in the caller's transaction: rows, money, the new head, the signed answer.</summary>
internal sealed class BatchPoster(DocumentSigner signer, TimeProvider clock)
{
    /// <param name="items">Of the rounds that the cloud does not have, in order.</param>
    /// <param name="from">The first of those rounds.</param>
    public async Task<PostedBatch> PostAsync(
        NpgsqlConnection connection, EdgeRow edge, ChainRow chain, SubmittedBatch batch, short branch, long from,
        IReadOnlyList<JournalItem> items, DateOnly date, CancellationToken cancel)
    {
        var fence = batch.Last.Fence;
        var fresh = items.Where(item => item.Round >= from)
            .Select((item, index) => item with { Position = index }).ToList();
        var batchNo = await ChainStore.NextBatchAsync(connection, cancel);
        var now = clock.GetUtcNow().UtcDateTime;
        var books = await new BookReader(connection, cancel).ReadAsync(
            batchNo, edge, fence, branch != ChainStore.Main, chain, now, fresh);
        var effects = Reconciler.Reconcile(books, fresh);
        await new BatchWriter(connection, batchNo, cancel).WriteAsync(effects);
        await new EffectWriter(connection, batchNo, date, cancel).WriteAsync(effects, edge.Edge, now);

        var moved = new ChainRow(new(batch.Last.Number + 1, batch.Head), effects.LastUnix, effects.DenyVersion);
        await ChainStore.MoveAsync(connection, edge.Edge, fence, moved, cancel, branch);
        var rounds = batch.Rounds.Where(round => round.Header.Number >= from).ToList();
        var stored = new BatchRow(
            batchNo, branch, from, batch.Last, rounds[0].Header.PreviousRoot, batch.Head,
            RoundHeaders.Encode(rounds.Select(round => round.Message)), batch.SealBody, effects.Payments.Count,
            effects.Declines.Count, effects.Rejects.Count, date, now, SignAck(batch));
        Invariant.Holds(
            stored.Accepted + stored.Declined + stored.Rejected == fresh.OfType<JournalItem.Decided>().Count());
        await ChainStore.InsertAsync(connection, stored, cancel);
        return new(stored, effects);
    }

    public byte[] SignAck(SubmittedBatch batch) => signer.Sign(
        MessageKind.Ack, AckCodec.Encode(new Ack(batch.Last.Edge, batch.Last.Fence, batch.Last.Number, batch.Head)));
}
