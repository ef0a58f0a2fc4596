using System.Text.Json;
using MqttPay.CloudSync.Ingest;
using MqttPay.CloudSync.Storage;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Settlement;

/// <summary>Explains one record from the stored bytes alone: signatures and the tree are checked again, not
/// remembered.</summary>
internal sealed class Explainer(NpgsqlDataSource database)
{
    public async Task<Explanation?> PaymentAsync(PaymentId id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var row = await new RecordStore(connection, cancel).FindAsync(id);
        return row is null ? null : await ExplainAsync(connection, row, cancel);
    }

    /// <summary>The record that a break is about; null for breaks that are about no single record.</summary>
    public async Task<Explanation?> BreakAsync(long breakId, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var found = await Reconciliation.BreakAsync(connection, breakId, cancel);
        if (found is not { Subject: "record" }) return null;
        var row = await new RecordStore(connection, cancel).FindAsync(found.Keys[0], (int)found.Keys[1]);
        return row is null ? null : await ExplainAsync(connection, row, cancel);
    }

    private static async Task<Explanation> ExplainAsync(
        NpgsqlConnection connection, RecordRow row, CancellationToken cancel)
    {
        Invariant.Holds(DecisionCodec.TryParse(row.DecisionBytes, out var decision) is WireError.None);
        var (batch, headers, edgeKeys) = await ReadBatchAsync(connection, row, cancel);
        var breakId = await connection.ValueAsync<long?>(
            "select break_id from recon_break where (subject, key1, key2) = (1, $1, $2)", cancel, row.BatchNo,
            (long)row.Position);
        return new(
            row.PaymentId is { } id ? PaymentUuid.Read(id).ToString() : null, row.Place,
            Reconciliation.NameOf(row.Category), $"MP{7000 + (int)row.Category}",
            await RequestOfAsync(connection, row.Message ?? await FirstMessageAsync(connection, row, cancel), cancel),
            Decided(decision!, row.DecisionBytes),
            await RoundOfAsync(connection, row, headers, edgeKeys, cancel), batch,
            await LegsAsync(connection, row, cancel),
            await LeaseAsync(connection, decision!.Lease, cancel),
            breakId is null ? null : await Reconciliation.BreakAsync(connection, breakId.Value, cancel),
            row.FirstBatchNo is { } first ? new(first, row.FirstPosition ?? 0) : null);
    }

    private static async Task<(BatchView Batch, IReadOnlyList<byte[]> Headers, IReadOnlyList<EdgeKey> Keys)>
        ReadBatchAsync(
        NpgsqlConnection connection, RecordRow row, CancellationToken cancel)
    {
        var found = await connection.FirstAsync(
            """
            select first_round, last_round, head, business_date, received_at, ack, rounds, edge_id
            from batch where batch_no = $1
            """,
            read => Tuple.Create(
                new BatchView(
                    row.BatchNo, row.Position, read.GetInt64(0), read.GetInt64(1),
                    Convert.ToHexStringLower(read.Bytes(2)),
                    read.GetFieldValue<DateOnly>(3), read.GetFieldValue<DateTimeOffset>(4),
                    Convert.ToHexStringLower(read.Bytes(5))),
                RoundHeaders.Decode(read.Bytes(6)), checked((uint)read.GetInt64(7))),
            cancel, row.BatchNo);
        return (found!.Item1, found.Item2, await ChainStore.KeysAsync(connection, found.Item3, cancel));
    }

    /// <summary>A benign duplicate has no bytes of its own: the first record under its name has them.</summary>
    private static async Task<byte[]> FirstMessageAsync(
        NpgsqlConnection connection, RecordRow row, CancellationToken cancel)
    {
        var first = await new RecordStore(connection, cancel).FindAsync(row.FirstBatchNo ?? 0, row.FirstPosition ?? 0);
        return first?.Message ?? [];
    }

    private static async Task<RequestView> RequestOfAsync(
        NpgsqlConnection connection, byte[] message, CancellationToken cancel)
    {
        var bytes = Convert.ToHexStringLower(message);
        if (CoseSign1.TryParse(message, out var envelope) is not WireError.None)
            return new(null, null, null, null, "invalid", null, null, bytes);

        var signature = await CheckAsync(connection, message, envelope, cancel);
        var digest = RecordStore.Digest(message).ToString();
        var kid = envelope.Kid.ToString();
        if (RequestCodec.TryParse(message, out var view) is not WireError.None)
            return new(kid, null, null, null, signature, digest, null, bytes);

        var request = view.ToRequest();
        var fields = new RequestFieldsView(
            request.Edge, request.Account?.ToString(), request.Payee, request.AmountMinor, request.Currency,
            request.DeviceTime is { } time ? DateTimeOffset.FromUnixTimeSeconds(time) : null, request.ReferenceSequence,
            request.ReferenceId?.ToString(), request.Context, Names(request.Flags));
        return new(
            kid, request.Epoch, request.Sequence, Snake(request.Operation.ToString()), signature, digest, fields,
            bytes);
    }

    private static async Task<string> CheckAsync(
        NpgsqlConnection connection, byte[] message, CoseEnvelope envelope, CancellationToken cancel)
    {
        var key = await connection.FirstAsync(
            "select algorithm, public_key from device where kid = $1",
            row => new PublicKey((SignatureAlgorithm)row.GetInt16(0), row.Bytes(1)), cancel, KidBytes.Of(envelope.Kid));
        if (key is null) return "unknown_key";
        return Verifies(MessageKind.Request, key, message, envelope) ? "valid" : "invalid";
    }

    private static bool Verifies(MessageKind kind, PublicKey key, byte[] message, CoseEnvelope envelope)
    {
        if (envelope.Algorithm != key.Algorithm || envelope.Kid != key.Id) return false;
        using var verifying = VerifyingKey.TryCreate(key);
        var content = CoseSign1.ToBeSigned(kind, envelope.Kid, envelope.Algorithm, message.AsSpan()[envelope.Payload]);
        return verifying?.Verify(content, message.AsSpan()[envelope.Signature]) ?? false;
    }

    private static DecisionView Decided(Decision decision, byte[] bytes) => new(
        Snake(decision.Code.ToString()), $"MP{2000 + (int)decision.Code}", decision.AmountMinor,
        Names(decision.Evidence),
        decision.Lease == 0 ? null : decision.Lease, decision.HoldSeconds, decision.Policy,
        Convert.ToHexStringLower(bytes));

    /// <summary>Positions count on through the rounds of a batch, so the headers' counts tell the round.</summary>
    private static async Task<RoundView> RoundOfAsync(
        NpgsqlConnection connection, RecordRow row, IReadOnlyList<byte[]> headers, IReadOnlyList<EdgeKey> edgeKeys,
        CancellationToken cancel)
    {
        var start = 0;
        var at = 0;
        var header = RoundHeaders.HeaderOf(headers[at]);
        while (row.Position >= start + header.Count)
        {
            start += header.Count;
            header = RoundHeaders.HeaderOf(headers[++at]);
        }

        Invariant.Holds(CoseSign1.TryParse(headers[at], out var envelope) is WireError.None);
        var leaves =
            (await new RecordStore(connection, cancel).LeavesAsync(row.BatchNo, start, header.Count)).ToArray();
        var index = row.Position - start;
        var included = leaves.Length == header.Count && MerkleTree.Root(leaves) == header.Tree;
        var path = included ? MerkleTree.Path(leaves, index) : [];
        return new(
            header.Edge, header.Fence, header.Incarnation, header.Number, index, header.Count,
            DateTimeOffset.FromUnixTimeSeconds(header.Unix), RoundHeaders.RootOf(headers[at]).ToString(),
            header.PreviousRoot.ToString(),
            edgeKeys.Any(each => each.IsGoodAt(header.Unix)
                && Verifies(MessageKind.Round, each.Key, headers[at], envelope)) ? "valid" : "invalid",
            included,
            [.. path.Chunk(Hash.Size).Select(Convert.ToHexStringLower)]);
    }

    private static async Task<IReadOnlyList<LegView>> LegsAsync(
        NpgsqlConnection connection, RecordRow row, CancellationToken cancel) =>
        await connection.ListAsync(
            """
            select a.account_id, a.kind, coalesce(a.holder, a.owner_no::text), l.amount, a.currency, l.cause from (
              select $3::bigint account_id, -$5::bigint amount, 'payment' cause, 0 place where $3::bigint is not null
              union all select $4::bigint, $5, 'payment', 1 where $4::bigint is not null
              union all select debit_id, -amount_minor, 'transfer ' || kind, 2 from transfer where kind in (14, 17, 18)
                and cause_id = $1 and cause_no = $2
              union all select credit_id, amount_minor, 'transfer ' || kind, 3 from transfer where kind in (14, 17, 18)
                and cause_id = $1 and cause_no = $2
            ) l join account a using (account_id) order by l.place
            """,
            read => new LegView(
                read.GetInt64(0), Snake(((AccountKind)read.GetInt16(1)).ToString()), read.Maybe<string>(2),
                read.GetInt64(3),
                read.GetInt16(4), CauseOf(read.GetString(5))),
            cancel, row.BatchNo, (long)row.Position, row.Source, row.Target, row.PaidMinor);

    private static string CauseOf(string cause) => cause.Split(' ') is [_, var kind]
        ? Snake(((TransferKind)int.Parse(kind, System.Globalization.CultureInfo.InvariantCulture)).ToString()) : cause;

    private static Task<LeaseFacts?> LeaseAsync(NpgsqlConnection connection, long lease, CancellationToken cancel) =>
        connection.FirstAsync(
            """
            select l.state, l.limit_minor, a.balance_minor, a.held_minor, l.payer_id, l.granted_at
            from lease l join account a on a.account_id = l.lease_id where l.lease_id = $1
            """,
            row => new LeaseFacts(
                lease, Snake(((LeaseState)row.GetInt16(0)).ToString()), row.GetInt64(1), row.GetInt64(2),
                row.GetInt64(3),
                row.GetInt64(4), row.GetFieldValue<DateTimeOffset>(5)),
            cancel, lease);

    private static List<string> Names<T>(T flags) where T : struct, Enum => [.. Enum.GetValues<T>()
        .Where(flag => Convert.ToInt64(flag, null) != 0 && flags.HasFlag(flag)).Select(flag => Snake(flag.ToString()))];

    private static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
