using System.Text.Json;
using MqttPay.CloudSync.Settlement;
using MqttPay.CloudSync.Storage;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Reports;

/// <summary>Finds the two messages behind a break, where two messages prove it.</summary>
internal static class EvidenceBook
{
    /// <summary>Null when there is no such break, or none that two messages prove.</summary>
    public static async Task<EvidenceFile?> FindAsync(
        NpgsqlConnection connection, long breakId, CancellationToken cancel)
    {
        if (await Reconciliation.BreakAsync(connection, breakId, cancel) is not { } found) return null;
        var file = found.Subject switch
        {
            "record" => await RejectedAsync(connection, found.Keys[0], (int)found.Keys[1], cancel)
                ?? await ReportedAsync(connection, found.Keys[0], (int)found.Keys[1], cancel),
            "chain" => await ForkAsync(connection, found, cancel),
            _ => null,
        };
        return file is not null && EvidenceProof.Check(file).Proven ? file : null;
    }

    /// <summary>A record that came second under its name.</summary>
    private static Task<EvidenceFile?> RejectedAsync(
        NpgsqlConnection connection, long batchNo, int position, CancellationToken cancel) =>
        connection.FirstAsync(
            """
            select d.algorithm, d.public_key, coalesce(p.request, c.request), r.request
            from reject r left join payment p using (device_id, epoch, seq)
              left join decline c using (device_id, epoch, seq) join device d on d.device_id = r.device_id
            where (r.batch_no, r.position, r.category) = ($1, $2, 5) and coalesce(p.request, c.request) is not null
            """,
            row => Clone(new((SignatureAlgorithm)row.GetInt16(0), row.Bytes(1)), row.Bytes(2), row.Bytes(3)),
            cancel, batchNo, position);

    /// <summary>A conflict that an edge saw, or a voucher whose tick has another amount.</summary>
    private static async Task<EvidenceFile?> ReportedAsync(
        NpgsqlConnection connection, long batchNo, int position, CancellationToken cancel)
    {
        var told = await connection.FirstAsync(
            """
            select e.body, d.algorithm, d.public_key, e.device_id, e.epoch, e.seq
            from edge_event e join device d using (device_id) where (e.batch_no, e.position) = ($1, $2)
            """,
            row => new Told(
                Read(row.Bytes(0)), new((SignatureAlgorithm)row.GetInt16(1), row.Bytes(2)), row.GetInt64(3),
                row.GetInt64(4), row.GetInt64(5)),
            cancel, batchNo, position);
        return told?.Event switch
        {
            RoundEvent.Conflict conflict => Clone(told.Key, conflict.First, conflict.Second),
            RoundEvent.VoucherKept kept => await VoucherAsync(connection, told, kept.Message, cancel),
            _ => null,
        };
    }

    private static async Task<EvidenceFile?> VoucherAsync(
        NpgsqlConnection connection, Told told, byte[] second, CancellationToken cancel)
    {
        var bodies = await connection.ListAsync(
            """
            select body from edge_event where kind = 6 and (device_id, epoch, seq) = ($1, $2, $3)
            order by batch_no, position
            """, row => row.Bytes(0), cancel, told.Device, told.Epoch, told.Sequence);
        return bodies.Select(Read).OfType<RoundEvent.VoucherKept>()
            .Select(kept => Clone(told.Key, kept.Message, second))
            .FirstOrDefault(file => EvidenceProof.Check(file).Proven);
    }

    private static async Task<EvidenceFile?> ForkAsync(
        NpgsqlConnection connection, BreakView found, CancellationToken cancel)
    {
        if (TextOf(found.Evidence, "held_header") is not { } held
            || TextOf(found.Evidence, "told_header") is not { } told
            || CoseSign1.TryParse(Convert.FromHexString(told), out var envelope) is not WireError.None) return null;
        var keys = await ChainStore.KeysAsync(connection, checked((uint)found.Keys[0]), cancel);
        return keys.Find(key => key.Key.Id == envelope.Kid) is { } key
            ? new(EvidenceFile.OfFork, Convert.ToHexStringLower(key.Key.ToCoseKey()), held, told)
            : null;
    }

    private static string? TextOf(JsonElement evidence, string name) =>
        evidence.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString() : null;

    private static EvidenceFile Clone(PublicKey key, byte[] first, byte[] second) => new(
        EvidenceFile.OfClone, Convert.ToHexStringLower(key.ToCoseKey()), Convert.ToHexStringLower(first),
        Convert.ToHexStringLower(second));

    private static RoundEvent? Read(byte[] body) =>
        EventCodec.TryParse(body, out var content) is WireError.None ? content : null;

    private sealed record Told(RoundEvent? Event, PublicKey Key, long Device, long Epoch, long Sequence);
}
