using MqttPay.CloudSync.Ingest;
using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Storage;

/// <summary>Edges, their chains, and the batches that made them.</summary>
internal static class ChainStore
{
    private const short Main = 0;   // The branch that the cloud accepted first.

    private const string SelectEdge =
        "select algorithm, public_key, state, payee_no, payees, currency from edge where edge_id = $1";

    public static Task<EdgeRow?> ReadEdgeAsync(NpgsqlConnection connection, uint edge, CancellationToken cancel) =>
        ReadEdgeAsync(connection, SelectEdge, edge, cancel);

    /// <summary>
    /// Orders everything that changes this edge's chain, leases and holds. Read the chain in a statement of its own
    /// after this: one joined statement would read it before the wait.
    /// </summary>
    public static Task<EdgeRow?> LockEdgeAsync(NpgsqlConnection connection, uint edge, CancellationToken cancel) =>
        ReadEdgeAsync(connection, SelectEdge + " for no key update", edge, cancel);

    public static Task<ChainRow?> ReadAsync(
        NpgsqlConnection connection, uint edge, uint fence, CancellationToken cancel) =>
        connection.FirstAsync(
            """
            select next_round, head, last_unix, deny_version from edge_chain
            where (edge_id, fence, branch) = ($1, $2, $3)
            """,
            row => new ChainRow(
                new(row.GetInt64(0), Hash.Read(row.Bytes(1))), checked((uint)row.GetInt64(2)),
                checked((uint)row.GetInt64(3))),
            cancel, (long)edge, (long)fence, Main);

    /// <summary>
    /// The signed header that the cloud holds for a round, and the stored acknowledgement if its batch ends there.
    /// </summary>
    public static async Task<HeldRound?> HeldAsync(
        NpgsqlConnection connection, uint edge, uint fence, long round, CancellationToken cancel)
    {
        var batch = await connection.FirstAsync(
            """
            select first_round, last_round, rounds, ack, previous_head from batch
            where (edge_id, fence, branch) = ($1, $2, $3) and first_round <= $4 order by first_round desc limit 1
            """,
            row => new { First = row.GetInt64(0), Last = row.GetInt64(1), Rounds = row.Bytes(2), Ack = row.Bytes(3) },
            cancel, (long)edge, (long)fence, Main, round);
        if (batch is null || batch.Last < round) return null;
        var message = RoundHeaders.Decode(batch.Rounds)[(int)(round - batch.First)];
        return new(message, RoundHeaders.RootOf(message), batch.Last == round ? batch.Ack : null);
    }

    public static async Task<long> NextBatchAsync(NpgsqlConnection connection, CancellationToken cancel) =>
        await connection.ValueAsync<long>("select nextval(pg_get_serial_sequence('batch', 'batch_no'))", cancel);

    public static Task MoveAsync(
        NpgsqlConnection connection, uint edge, uint fence, ChainRow chain, CancellationToken cancel) =>
        connection.RunAsync(
            """
            update edge_chain set next_round = $4, head = $5, last_unix = $6, deny_version = $7
            where (edge_id, fence, branch) = ($1, $2, $3)
            """,
            cancel, (long)edge, (long)fence, Main, chain.Head.NextRound, chain.Head.Head.ToArray(),
            (long)chain.LastUnix,
            (long)chain.DenyVersion);

    public static Task InsertAsync(NpgsqlConnection connection, BatchRow batch, CancellationToken cancel) =>
        connection.RunAsync(
            """
            insert into batch (batch_no, edge_id, fence, branch, incarnation, first_round, last_round, previous_head,
            head,
              rounds, seal, record_count, accepted, declined, rejected, business_date, received_at, ack)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
            """,
            cancel, batch.BatchNo, (long)batch.Last.Edge, (long)batch.Last.Fence, Main, (long)batch.Last.Incarnation,
            batch.FirstRound, batch.Last.Number, batch.PreviousHead.ToArray(), batch.Head.ToArray(), batch.Rounds,
            batch.Seal,
            batch.Accepted + batch.Declined + batch.Rejected, batch.Accepted, batch.Declined, batch.Rejected,
            batch.BusinessDate, batch.ReceivedAt, batch.Ack);

    /// <summary>
    /// Two histories: both headers are kept, nothing is granted to the edge any more, its leases stop.
    /// </summary>
    public static async Task FreezeAsync(
        NpgsqlConnection connection, RoundHeader told, string evidence, DateTime now, CancellationToken cancel)
    {
        await connection.RunAsync(
            """
            insert into recon_break (subject, key1, key2, key3, category, evidence, owner, due_at)
            values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8) on conflict do nothing
            """,
            cancel, (short)BreakSubject.Chain, (long)told.Edge, (long)told.Fence, told.Number,
            (short)Category.ChainFork,
            evidence, CategoryRule.OwnerOf(Category.ChainFork), now + CategoryRule.DueIn(Category.ChainFork));
        await connection.RunAsync(
            "update edge set state = 2 where edge_id = $1 and state = 1", cancel, (long)told.Edge);
        await connection.RunAsync(
            "update lease set state = 3 where edge_id = $1 and state in (1, 2)", cancel, (long)told.Edge);
    }

    private static Task<EdgeRow?> ReadEdgeAsync(
        NpgsqlConnection connection, string sql, uint edge, CancellationToken cancel) =>
        connection.FirstAsync(
            sql,
            row => new EdgeRow(
                edge, new((SignatureAlgorithm)row.GetInt16(0), row.Bytes(1)), row.GetInt16(2),
                checked((uint)row.GetInt64(3)),
                row.GetFieldValue<long[]>(4), row.GetInt16(5)),
            cancel, (long)edge);
}

/// <summary>A round that the cloud has.</summary>
/// <param name="Ack">The stored answer, when a batch ends with this round.</param>
internal sealed record HeldRound(byte[] Message, Hash Root, byte[]? Ack);
