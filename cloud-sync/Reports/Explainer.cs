using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Reports;

/// <summary>Explains a payment from what is stored: nothing is computed that the books do not say.</summary>
internal static class Explainer
{
    private const string Records = """
        select x.*, b.edge_id, b.fence, b.received_at, k.category, k.evidence::text, k.break_id from (
          select 'payment' as stored, batch_no, position, round_no, request, decision, source_id, target_id, paid_minor,
            decided_at, 0 as own_category from payment where (device_id, epoch, seq) = ($1, $2, $3)
          union all
          select 'decline', batch_no, position, round_no, request, decision, null, null, 0, decided_at, 0
          from decline where (device_id, epoch, seq) = ($1, $2, $3)
          union all
          select 'reject', batch_no, position, round_no, request, decision, null, null, 0, null, category
          from reject where (device_id, epoch, seq) = ($1, $2, $3)) x
        join batch b using (batch_no)
        left join recon_break k on (k.subject, k.key1, k.key2) = (1, x.batch_no, x.position)
        order by x.batch_no, x.position
        """;

    /// <summary>Finds a payment id (with or without <c>pay_</c>) or a name written as KID-EPOCH-SEQUENCE.</summary>
    public static async Task<Explanation?> ExplainAsync(
        NpgsqlConnection connection, string id, CancellationToken cancel)
    {
        if (await FindAsync(connection, id, cancel) is not { } found) return null;
        var rows =
            await connection.ListAsync(Records, Map, cancel, found.Device, (long)found.Name.Epoch, found.Name.Sequence);
        if (rows.Count == 0) return null;
        var records = new List<RecordView>();
        foreach (var row in rows)
        {
            var legs = row.Source is null ? [] : await LegsAsync(connection, row, cancel);
            records.Add(row.View with { Legs = legs });
        }

        return new(
            PaymentId.Of(found.Name).ToString(), found.Name.Kid.ToString(), found.Name.Epoch, found.Name.Sequence,
            records);
    }

    private static async Task<Found?> FindAsync(NpgsqlConnection connection, string id, CancellationToken cancel)
    {
        if (PaymentId.TryParse(id, out var payment))
        {
            return await connection.FirstAsync(
                """
                select device_id, kid, x.epoch, x.seq from (
                  select device_id, epoch, seq from payment where payment_id = $1
                  union all select device_id, epoch, seq from decline where payment_id = $1) x
                join device using (device_id) limit 1
                """,
                r => new Found(r.GetInt64(0), NameOf(r, 1)), cancel, PaymentUuid.Of(payment));
        }

        var parts = id.Split('-');
        if (parts.Length != 3 || !KeyId.TryParse(parts[0], out var kid)
            || !uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
            return null;
        return await connection.FirstAsync(
            "select device_id from device where kid = $1",
            r => new Found(r.GetInt64(0), new(kid, epoch, sequence)), cancel, KidBytes.Of(kid));
    }

    private static RequestName NameOf(DbDataReader r, int column) => new(
        KeyId.Read(r.Bytes(column)), checked((uint)r.GetInt64(column + 1)), r.GetInt64(column + 2));

    private static Row Map(DbDataReader r)
    {
        var received = r.GetFieldValue<DateTimeOffset>(13);
        var own = (Category)r.GetInt32(10);
        var late = !r.IsDBNull(9) && received - r.GetFieldValue<DateTimeOffset>(9) > TimeSpan.FromHours(24);
        var category = r.Maybe<short?>(14) is { } broken ? (Category)broken
            : own != 0 ? own
            : late ? Category.MatchedLate : Category.Matched;
        var view = new RecordView(
            r.GetString(0), r.GetInt64(1), r.GetInt32(2), checked((uint)r.GetInt64(11)), checked((uint)r.GetInt64(12)),
            r.GetInt64(3), received, Words.Of(category),
            string.Create(CultureInfo.InvariantCulture, $"MP{7000 + (int)category}"),
            r.Maybe<byte[]>(4) is { } request ? RequestOf(request) : null, DecisionOf(r.Bytes(5)), [],
            r.Maybe<string>(15) is { } evidence ? JsonNode.Parse(evidence) : null);
        return new(view, r.Maybe<long?>(6), r.Maybe<long?>(7), r.GetInt64(8));
    }

    private static RequestReport? RequestOf(byte[] message)
    {
        if (RequestCodec.TryParse(message, out var view) is not WireError.None) return null;
        var request = view.ToRequest();
        return new(
            Words.Of(request.Operation), request.AmountMinor, request.Currency, request.Account?.ToString(),
            request.Payee,
            request.ReferenceSequence, request.ReferenceId?.ToString(), request.DeviceTime,
            Convert.ToHexStringLower(message));
    }

    private static DecisionReport? DecisionOf(byte[] bytes) =>
        DecisionCodec.TryParse(bytes, out var decision) is not WireError.None
            ? null
            : new(
                (int)decision!.Code, Words.Of(decision.Code), decision.AmountMinor, (uint)decision.Evidence,
                decision.Lease,
                decision.HoldSeconds, decision.Policy);

    private static Task<List<LegView>> LegsAsync(NpgsqlConnection connection, Row row, CancellationToken cancel) =>
        connection.ListAsync(
            """
            select account_id, kind, owner_no, case when account_id = $1 then -$3::bigint else $3 end
            from account where account_id in ($1, $2) order by account_id = $2
            """,
            r => new LegView(
                "payment", r.GetInt64(0), Words.Of((AccountKind)r.GetInt16(1)), r.Maybe<long?>(2), r.GetInt64(3)),
            cancel, row.Source!.Value, row.Target!.Value, row.PaidMinor);

    private sealed record Found(long Device, RequestName Name);

    private sealed record Row(RecordView View, long? Source, long? Target, long PaidMinor);
}
