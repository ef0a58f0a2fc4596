using System.Data.Common;
using System.Globalization;
using MqttPay.CloudSync.Http;
using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using MqttPay.Settlement;
using Npgsql;

namespace MqttPay.CloudSync.Reports;

/// <summary>Posted requests in the order in which they were booked: by batch, then by place in the batch.</summary>
internal static class PaymentList
{
    /// <summary>The cursor is BATCH-POSITION of the last row seen; anything else starts at the beginning.</summary>
    public static async Task<Page<PaymentView>> PageAsync(
        NpgsqlConnection connection, uint? edge, string? after, int limit, CancellationToken cancel)
    {
        var (batch, position) = ReadCursor(after);
        // Payments are indexed by ranges of batches only, so the batches that fill the page are found first. The batch
        // of the cursor may be read to its end already: each of the following ones has a payment at least.
        var batches = await connection.ListAsync(
            """
            select batch_no from (
              select batch_no, sum(accepted) over (order by batch_no) - accepted as before from (
                select batch_no, accepted from batch
                where batch_no > $1 and accepted > 0 and ($2::bigint is null or edge_id = $2)
                order by batch_no limit $3) x) y
            where before < $3
            """, r => r.GetInt64(0), cancel, batch, edge is { } id ? (long)id : null, limit);
        if (position is not null) batches.Insert(0, batch);
        var rows = await connection.ListAsync(
            """
            select p.payment_id, d.kid, p.epoch, p.seq, p.kind, p.paid_minor, coalesce(p.held_minor, 0), s.currency,
              case when s.kind = 2 then p.source_id end, b.edge_id, b.fence, p.round_no, p.batch_no, p.position,
              coalesce(k.category, case when b.received_at - p.decided_at > interval '24 hours' then 18 else 20
              end)::int
            from payment p join device d using (device_id) join account s on s.account_id = p.source_id
            join batch b on b.batch_no = p.batch_no
            left join recon_break k on (k.subject, k.key1, k.key2) = (1, p.batch_no, p.position)
            where p.batch_no = any ($1) and (p.batch_no, p.position) > ($2, $3)
              and ($4::bigint is null or b.edge_id = $4)
            order by p.batch_no, p.position limit $5
            """,
            Map, cancel, batches.ToArray(), batch, position ?? -1, edge is { } number ? (long)number : null, limit);
        return new(rows, rows.Count < limit ? null : $"{rows[^1].BatchNo}-{rows[^1].Position}");
    }

    private static (long Batch, int? Position) ReadCursor(string? after)
    {
        var parts = after?.Split('-') ?? [];
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var batch)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? (batch, position)
            : (-1, null);
    }

    private static PaymentView Map(DbDataReader r) => new(
        PaymentUuid.Read(r.GetGuid(0)).ToString(),
        KeyId.Read(r.Bytes(1)).ToString(),
        checked((uint)r.GetInt64(2)),
        r.GetInt64(3),
        Words.Of((Operation)r.GetInt16(4)),
        r.GetInt64(5),
        r.GetInt64(6),
        r.GetInt16(7),
        r.Maybe<long?>(8),
        checked((uint)r.GetInt64(9)),
        checked((uint)r.GetInt64(10)),
        r.GetInt64(11),
        r.GetInt64(12),
        r.GetInt32(13),
        Words.Of((Category)r.GetInt32(14)));
}
