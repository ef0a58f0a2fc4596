using MqttPay.CloudSync.Ingest;
using MqttPay.Payments;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Storage;

/// <summary>Edges, their chains, and the batches that made them.</summary>
internal static class ChainStore
{
    /// <summary>The branch that the cloud accepted first.</summary>
    public const short Main = 0;

    private const string SelectEdge =
        "select state, fence, payee_no, payees, currency from edge where edge_id = $1";

    public static Task<EdgeRow?> ReadEdgeAsync(NpgsqlConnection connection, uint edge, CancellationToken cancel) =>
        ReadEdgeAsync(connection, SelectEdge, edge, cancel);

    /// <summary>
    /// Orders everything that changes this edge's chain, leases and holds. Read the chain in a statement of its own
    /// after this: one joined statement would read it before the wait.
    /// </summary>
    public static Task<EdgeRow?> LockEdgeAsync(NpgsqlConnection connection, uint edge, CancellationToken cancel) =>
        ReadEdgeAsync(connection, SelectEdge + " for no key update", edge, cancel);

    public static Task<ChainRow?> ReadAsync(
        NpgsqlConnection connection, uint edge, uint fence, CancellationToken cancel, short branch = Main) =>
        connection.FirstAsync(
            """
            select next_round, head, last_unix, deny_version from edge_chain
            where (edge_id, fence, branch) = ($1, $2, $3)
            """,
            row => new ChainRow(
                new(row.GetInt64(0), Hash.Read(row.Bytes(1))), checked((uint)row.GetInt64(2)),
                checked((uint)row.GetInt64(3))),
            cancel, (long)edge, (long)fence, branch);

    /// <summary>The branches of a fence, the main one first.</summary>
    public static Task<List<short>> BranchesAsync(
        NpgsqlConnection connection, uint edge, uint fence, CancellationToken cancel) =>
        connection.ListAsync(
            "select branch from edge_chain where edge_id = $1 and fence = $2 order by branch",
            row => row.GetInt16(0), cancel, (long)edge, (long)fence);

    /// <summary>
    /// The signed header that the cloud holds for a round, and the stored acknowledgement if its batch ends there.
    /// </summary>
    public static async Task<HeldRound?> HeldAsync(
        NpgsqlConnection connection, uint edge, uint fence, long round, CancellationToken cancel, short branch = Main)
    {
        var batch = await connection.FirstAsync(
            """
            select first_round, last_round, rounds, ack, previous_head from batch
            where (edge_id, fence, branch) = ($1, $2, $3) and first_round <= $4 order by first_round desc limit 1
            """,
            row => new { First = row.GetInt64(0), Last = row.GetInt64(1), Rounds = row.Bytes(2), Ack = row.Bytes(3) },
            cancel, (long)edge, (long)fence, branch, round);
        if (batch is null || batch.Last < round) return null;
        var message = RoundHeaders.Decode(batch.Rounds)[(int)(round - batch.First)];
        return new(message, RoundHeaders.RootOf(message), batch.Last == round ? batch.Ack : null);
    }

    public static async Task<long> NextBatchAsync(NpgsqlConnection connection, CancellationToken cancel) =>
        await connection.ValueAsync<long>("select nextval(pg_get_serial_sequence('batch', 'batch_no'))", cancel);

    /// <summary>Moves a chain's head; a branch begins with its first batch.</summary>
    public static Task MoveAsync(
        NpgsqlConnection connection, uint edge, uint fence, ChainRow chain, CancellationToken cancel,
        short branch = Main) =>
        connection.RunAsync(
            """
            insert into edge_chain (edge_id, fence, branch, next_round, head, last_unix, deny_version)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (edge_id, fence, branch) do update set next_round = excluded.next_round,
              head = excluded.head, last_unix = excluded.last_unix, deny_version = excluded.deny_version
            """,
            cancel, (long)edge, (long)fence, branch, chain.Head.NextRound, chain.Head.Head.ToArray(),
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
            cancel, batch.BatchNo, (long)batch.Last.Edge, (long)batch.Last.Fence, batch.Branch,
            (long)batch.Last.Incarnation,
            batch.FirstRound, batch.Last.Number, batch.PreviousHead.ToArray(), batch.Head.ToArray(), batch.Rounds,
            batch.Seal,
            batch.Accepted + batch.Declined + batch.Rejected, batch.Accepted, batch.Declined, batch.Rejected,
            batch.BusinessDate, batch.ReceivedAt, batch.Ack);

    private static async Task<EdgeRow?> ReadEdgeAsync(
        NpgsqlConnection connection, string sql, uint edge, CancellationToken cancel)
    {
        var row = await connection.FirstAsync(
            sql,
            row => new EdgeRow(
                edge, [], row.GetInt16(0), checked((uint)row.GetInt64(1)), checked((uint)row.GetInt64(2)),
                row.GetFieldValue<long[]>(3), row.GetInt16(4)),
            cancel, (long)edge);
        return row is null ? null : row with { Keys = await KeysAsync(connection, edge, cancel) };
    }

    /// <summary>All keys that ever signed for the edge; a header's time tells which of them it may be.</summary>
    public static Task<List<EdgeKey>> KeysAsync(NpgsqlConnection connection, uint edge, CancellationToken cancel) =>
        connection.ListAsync(
            "select algorithm, public_key, valid_from, valid_until from edge_key where edge_id = $1",
            row => new EdgeKey(
                new((SignatureAlgorithm)row.GetInt16(0), row.Bytes(1)),
                row.GetFieldValue<DateTimeOffset>(2).ToUnixTimeSeconds(),
                row.Maybe<DateTimeOffset?>(3)?.ToUnixTimeSeconds()),
            cancel, (long)edge);
}

/// <summary>A round that the cloud has.</summary>
/// <param name="Ack">The stored answer, when a batch ends with this round.</param>
internal sealed record HeldRound(byte[] Message, Hash Root, byte[]? Ack);
