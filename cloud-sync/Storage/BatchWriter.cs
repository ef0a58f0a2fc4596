using MqttPay.Settlement;
using Npgsql;
using NpgsqlTypes;

namespace MqttPay.CloudSync.Storage;

/// <summary>Writes the rows of a batch by binary COPY, in the order of their keys.</summary>
internal sealed class BatchWriter(NpgsqlConnection connection, long batchNo, CancellationToken cancel)
{
    public async Task WriteAsync(Reconciled batch)
    {
        await WritePaymentsAsync(batch.Payments);
        await WriteDeclinesAsync(batch.Declines);
        await WriteRejectsAsync(batch.Rejects);
        await WriteEventsAsync(batch.Events);
    }

    private async Task WritePaymentsAsync(IReadOnlyList<PaymentRow> rows)
    {
        if (rows.Count == 0) return;
        await using var copy = await connection.BeginBinaryImportAsync(
            """
            copy payment (device_id, epoch, seq, payer_id, source_id, target_id, paid_minor, batch_no, round_no,
            decided_at,
              payment_id, position, kind, held_minor, ref_device, ref_epoch, ref_seq, request, decision)
            from stdin (format binary)
            """, cancel);
        foreach (var row in rows.OrderBy(row => row.Name))
        {
            await copy.StartRowAsync(cancel);
            await NameAsync(copy, row.Name);
            await LongAsync(copy, row.Payer);
            await LongAsync(copy, row.Source);
            await LongAsync(copy, row.Target);
            await LongAsync(copy, row.PaidMinor);
            await LongAsync(copy, batchNo);
            await LongAsync(copy, row.Round);
            await TimeAsync(copy, row.Unix);
            await copy.WriteAsync(PaymentUuid.Of(row.Id), NpgsqlDbType.Uuid, cancel);
            await copy.WriteAsync(row.Position, NpgsqlDbType.Integer, cancel);
            await copy.WriteAsync((short)row.Operation, NpgsqlDbType.Smallint, cancel);
            await MaybeAsync(copy, row.HeldMinor);
            await MaybeAsync(copy, row.Reference?.Device);
            await MaybeAsync(copy, row.Reference?.Epoch);
            await MaybeAsync(copy, row.Reference?.Sequence);
            await copy.WriteAsync(row.Message, NpgsqlDbType.Bytea, cancel);
            await copy.WriteAsync(row.DecisionBytes, NpgsqlDbType.Bytea, cancel);
        }

        await copy.CompleteAsync(cancel);
    }

    private async Task WriteDeclinesAsync(IReadOnlyList<DeclineRow> rows)
    {
        if (rows.Count == 0) return;
        await using var copy = await connection.BeginBinaryImportAsync(
            """
            copy decline (device_id, epoch, seq, batch_no, round_no, decided_at, payment_id, position, kind, code,
            request,
              decision) from stdin (format binary)
            """, cancel);
        foreach (var row in rows.OrderBy(row => row.Name))
        {
            await copy.StartRowAsync(cancel);
            await NameAsync(copy, row.Name);
            await LongAsync(copy, batchNo);
            await LongAsync(copy, row.Round);
            await TimeAsync(copy, row.Unix);
            await copy.WriteAsync(PaymentUuid.Of(row.Id), NpgsqlDbType.Uuid, cancel);
            await copy.WriteAsync(row.Position, NpgsqlDbType.Integer, cancel);
            await copy.WriteAsync((short)row.Operation, NpgsqlDbType.Smallint, cancel);
            await copy.WriteAsync((short)row.Code, NpgsqlDbType.Smallint, cancel);
            await copy.WriteAsync(row.Message, NpgsqlDbType.Bytea, cancel);
            await copy.WriteAsync(row.DecisionBytes, NpgsqlDbType.Bytea, cancel);
        }

        await copy.CompleteAsync(cancel);
    }

    private async Task WriteRejectsAsync(IReadOnlyList<RejectRow> rows)
    {
        if (rows.Count == 0) return;
        await using var copy = await connection.BeginBinaryImportAsync(
            """
            copy reject (batch_no, position, category, round_no, device_id, epoch, seq, request, decision,
            first_batch_no,
              first_position) from stdin (format binary)
            """, cancel);
        foreach (var row in rows)
        {
            await copy.StartRowAsync(cancel);
            await LongAsync(copy, batchNo);
            await copy.WriteAsync(row.Position, NpgsqlDbType.Integer, cancel);
            await copy.WriteAsync((short)row.Category, NpgsqlDbType.Smallint, cancel);
            await LongAsync(copy, row.Round);
            await MaybeAsync(copy, row.Name?.Device);
            await MaybeAsync(copy, row.Name?.Epoch);
            await MaybeAsync(copy, row.Name?.Sequence);
            if (row.Message is null) await copy.WriteNullAsync(cancel);
            else await copy.WriteAsync(row.Message, NpgsqlDbType.Bytea, cancel);
            await copy.WriteAsync(row.DecisionBytes, NpgsqlDbType.Bytea, cancel);
            await MaybeAsync(copy, row.First?.BatchNo);
            if (row.First is null) await copy.WriteNullAsync(cancel);
            else await copy.WriteAsync(row.First.Position, NpgsqlDbType.Integer, cancel);
        }

        await copy.CompleteAsync(cancel);
    }

    private async Task WriteEventsAsync(IReadOnlyList<EventRow> rows)
    {
        if (rows.Count == 0) return;
        await using var copy = await connection.BeginBinaryImportAsync(
            """
            copy edge_event (batch_no, position, kind, device_id, epoch, seq, lease_id, held_minor, body)
            from stdin (format binary)
            """, cancel);
        foreach (var row in rows)
        {
            await copy.StartRowAsync(cancel);
            await LongAsync(copy, batchNo);
            await copy.WriteAsync(row.Position, NpgsqlDbType.Integer, cancel);
            await copy.WriteAsync((short)row.Kind, NpgsqlDbType.Smallint, cancel);
            await MaybeAsync(copy, row.Name?.Device);
            await MaybeAsync(copy, row.Name?.Epoch);
            await MaybeAsync(copy, row.Name?.Sequence);
            await MaybeAsync(copy, row.Lease);
            await MaybeAsync(copy, row.HeldMinor);
            await copy.WriteAsync(row.Body, NpgsqlDbType.Bytea, cancel);
        }

        await copy.CompleteAsync(cancel);
    }

    private async Task NameAsync(NpgsqlBinaryImporter copy, LedgerName name)
    {
        await LongAsync(copy, name.Device);
        await LongAsync(copy, name.Epoch);
        await LongAsync(copy, name.Sequence);
    }

    private Task LongAsync(NpgsqlBinaryImporter copy, long value) =>
        copy.WriteAsync(value, NpgsqlDbType.Bigint, cancel);

    private Task MaybeAsync(NpgsqlBinaryImporter copy, long? value) =>
        value is { } some ? LongAsync(copy, some) : copy.WriteNullAsync(cancel);

    private Task TimeAsync(NpgsqlBinaryImporter copy, uint unix) =>
        copy.WriteAsync(DateTimeOffset.FromUnixTimeSeconds(unix).UtcDateTime, NpgsqlDbType.TimestampTz, cancel);
}
