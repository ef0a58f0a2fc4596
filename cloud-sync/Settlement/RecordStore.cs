using System.Data.Common;
using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Settlement;

/// <summary>Finds stored records, and builds the tree of a round again from them.</summary>
internal sealed class RecordStore(NpgsqlConnection connection, CancellationToken cancel)
{
    private const string Columns = """
        select r.place, r.batch_no, r.position, r.payment_id, coalesce(k.category, r.category,
            case when b.received_at - r.decided_at > interval '24 hours' then 18 else 20 end)::smallint,
          r.request, r.decision, r.device_id, r.epoch, r.seq, r.source_id, r.target_id, r.paid_minor, r.first_batch_no,
          r.first_position
        from (
        """;

    private const string Rest = """
        ) r join batch b using (batch_no)
          left join recon_break k on r.place <> 'reject' and (k.subject, k.key1, k.key2) = (1, r.batch_no, r.position)
        order by r.place desc limit 1
        """;

    public Task<RecordRow?> FindAsync(PaymentId id) => connection.FirstAsync(
        $"{Columns} {Union("payment_id = $1", "payment_id = $1", "false")} {Rest}", Map, cancel, PaymentUuid.Of(id));

    public Task<RecordRow?> FindAsync(long batchNo, int position)
    {
        const string at = "batch_no = $1 and position = $2";
        return connection.FirstAsync($"{Columns} {Union(at, at, at)} {Rest}", Map, cancel, batchNo, position);
    }

    /// <summary>The leaf hashes of the positions from <paramref name="start"/> on, in order.</summary>
    public async Task<IReadOnlyList<Hash>> LeavesAsync(long batchNo, int start, int count)
    {
        var rows = await connection.ListAsync(
            """
            select position, request, decision from payment where batch_no = $1 and position between $2 and $3
            union all select position, request, decision from decline where batch_no = $1 and position between $2 and $3
            union all select r.position, coalesce(r.request, p.request, d.request), r.decision from reject r
              left join payment p using (device_id, epoch, seq) left join decline d using (device_id, epoch, seq)
              where r.batch_no = $1 and r.position between $2 and $3
            union all select position, null, body from edge_event where batch_no = $1 and position between $2 and $3
            order by 1
            """,
            row => RoundCodec.LeafHash(row.IsDBNull(1) ? default : Digest(row.Bytes(1)), row.Bytes(2)),
            cancel, batchNo, start, start + count - 1);
        return rows;
    }

    public static Hash Digest(byte[] message)
    {
        if (CoseSign1.TryParse(message, out var envelope) is not WireError.None) return default;
        return Hash.Of(CoseSign1.ToBeSigned(
            MessageKind.Request, envelope.Kid, envelope.Algorithm, message.AsSpan()[envelope.Payload]));
    }

    private static string Union(string payment, string decline, string reject) => $"""
        select 'payment' place, batch_no, position, payment_id, null::smallint category, decided_at, request,
          decision, device_id,
          epoch, seq, source_id, target_id, paid_minor, null::bigint first_batch_no, null::int first_position
        from payment where {payment}
        union all select 'decline', batch_no, position, payment_id, null, decided_at, request, decision, device_id,
          epoch, seq,
          null, null, 0, null, null from decline where {decline}
        union all select 'reject', batch_no, position, null, category, null, request, decision, device_id, epoch, seq,
          null, null,
          0, first_batch_no, first_position from reject where {reject}
        """;

    private static RecordRow Map(DbDataReader row) => new(
        row.GetString(0), row.GetInt64(1), row.GetInt32(2), row.Maybe<Guid?>(3), (Category)row.GetInt16(4),
        row.Maybe<byte[]>(5), row.Bytes(6),
        row.IsDBNull(7) ? null : new LedgerName(row.GetInt64(7), checked((uint)row.GetInt64(8)), row.GetInt64(9)),
        row.Maybe<long?>(10), row.Maybe<long?>(11), row.GetInt64(12), row.Maybe<long?>(13), row.Maybe<int?>(14));
}
