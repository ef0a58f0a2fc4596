using System.Text.Json;
using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using MqttPay.Settlement;
using Npgsql;

namespace MqttPay.CloudSync.Settlement;

/// <summary>Lists what was posted, in the order of posting.</summary>
internal static class PaymentList
{
    /// <param name="after">The <see cref="PaymentView.Cursor"/> of the last one seen; 0 at first.</param>
    public static Task<List<PaymentView>> PageAsync(
        NpgsqlConnection connection, uint? edge, long after, int limit, CancellationToken cancel) =>
        connection.ListAsync(
            """
            with page as (
              select * from (select *, sum(accepted) over (order by batch_no) - accepted as earlier from batch
                where batch_no >= $1 and ($3::bigint is null or edge_id = $3)) b
              where earlier < $4 + 8192)
            select p.payment_id, d.kid, p.epoch, p.seq, p.kind, p.paid_minor, p.held_minor, a.currency,
              case when a.kind = 2 then a.account_id end, b.edge_id, b.fence, p.round_no, p.batch_no, p.position,
              coalesce(k.category, case when b.received_at - p.decided_at > interval '24 hours' then 18 else 20
                end)::smallint
            from page b join payment p using (batch_no) join device d using (device_id)
              join account a on a.account_id = p.source_id
              left join recon_break k on (k.subject, k.key1, k.key2) = (1, p.batch_no, p.position)
            where (p.batch_no, p.position) > ($1, $2) order by p.batch_no, p.position limit $4
            """,
            row => new PaymentView(
                PaymentUuid.Read(row.GetGuid(0)).ToString(), KeyId.Read(row.Bytes(1)).ToString(),
                checked((uint)row.GetInt64(2)), row.GetInt64(3), NameOf((Operation)row.GetInt16(4)), row.GetInt64(5),
                row.Maybe<long?>(6), row.GetInt16(7), row.Maybe<long?>(8), checked((uint)row.GetInt64(9)),
                checked((uint)row.GetInt64(10)), row.GetInt64(11), row.GetInt64(12), row.GetInt32(13),
                Reconciliation.NameOf((Category)row.GetInt16(14))),
            cancel, after >> 14, after == 0 ? -1 : (int)(after & 0x3fff), (long?)edge, (long)limit);

    private static string NameOf(Operation operation) =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(operation.ToString());
}
