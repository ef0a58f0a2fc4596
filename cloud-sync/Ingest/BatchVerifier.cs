using System.Collections.Concurrent;
using MqttPay.CloudSync.Storage;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Ingest;

/// <summary>
/// Checks a batch outside any transaction: the edge's signatures, the trees, the SEAL's totals and every device's
/// signature, spread over the cores by device. This, not the database, is where the cloud's processor time goes.
/// </summary>
internal sealed class BatchVerifier(NpgsqlDataSource database, int keyCapacity = 100_000) : IDisposable
{
    // Immutable facts: a kid is the hash of its key. Cleared when full, since reading them again is one query a batch.
    private readonly ConcurrentDictionary<KeyId, Wire.PublicKey> known = new();
    private readonly KeyPool keys = new(keyCapacity);

    // One batch at a time on all cores, in the order of arrival; more at once would only share the same cores.
    private readonly SemaphoreSlim cores = new(1);

    /// <summary>Whether the edge signed all these headers, each with a key that was good at its time.</summary>
    public bool HeadersVerify(IReadOnlyList<EdgeKey> edgeKeys, IEnumerable<SignedRound> rounds)
    {
        var rented = edgeKeys.Select(each => (Known: each, Key: keys.Rent(each.Key))).ToList();
        var good = rounds.All(round => rented.Exists(each =>
            each.Key is not null && each.Known.IsGoodAt(round.Header.Unix)
            && HeaderVerifies(each.Known.Key, each.Key, round.Message)));
        foreach (var (known, key) in rented)
            if (key is not null) keys.Return(known.Key.Id, key);
        return good;
    }

    public async Task<Verification> VerifyAsync(
        IReadOnlyList<EdgeKey> edgeKeys, SubmittedBatch batch, CancellationToken cancel)
    {
        if (!HeadersVerify(edgeKeys, batch.Rounds))
            return new Verification.Bad(Category.BadSignature, "A header is not signed by this edge.");
        var leaves = new LeafReader();
        foreach (var round in batch.Rounds)
            if (leaves.Add(round) is { } wrong) return new Verification.Bad(Category.ChainFork, wrong);

        var entries = leaves.Items.OfType<JournalItem.Decided>().Where(item => item.Request is not null)
            .Select(item => SealEntry.Of(item.Request!, item.Decision));
        if (batch.Seal is { } seal && !SealTotals.Equal(SealTotals.Of(entries), seal.Totals))
            return new Verification.Bad(Category.TotalsMismatch, "The SEAL's totals are not those of its records.");

        var devices = await ReadKeysAsync(leaves.Checks.Select(check => check.Kid).ToHashSet(), cancel);
        await cores.WaitAsync(cancel);
        try
        {
            var failed = await Task.Run(() => CheckAll(leaves, devices, cancel), cancel);
            return new Verification.Good([.. leaves.Items.Select((item, index) => Judge(item, failed[index]))]);
        }
        finally
        {
            cores.Release();
        }
    }

    public void Dispose()
    {
        keys.Dispose();
        cores.Dispose();
    }

    private static bool HeaderVerifies(Wire.PublicKey edgeKey, VerifyingKey key, byte[] message)
    {
        if (CoseSign1.TryParse(message, out var envelope) is not WireError.None) return false;
        if (envelope.Kid != edgeKey.Id || envelope.Algorithm != edgeKey.Algorithm) return false;
        var content = CoseSign1.ToBeSigned(
            MessageKind.Round, envelope.Kid, envelope.Algorithm, message.AsSpan()[envelope.Payload]);
        return key.Verify(content, message.AsSpan()[envelope.Signature]);
    }

    private bool[] CheckAll(LeafReader leaves, Dictionary<KeyId, Wire.PublicKey> devices, CancellationToken cancel)
    {
        var failed = new bool[leaves.Items.Count];
        var byDevice = leaves.Checks.GroupBy(check => check.Kid).ToList();
        Parallel.ForEach(byDevice, new ParallelOptions { CancellationToken = cancel }, group =>
        {
            var key = devices.TryGetValue(group.Key, out var enrolled) ? keys.Rent(enrolled) : null;
            foreach (var check in group)
            {
                if (key is null || check.Algorithm != enrolled!.Algorithm
                    || !key.Verify(check.ToBeSigned, check.Signature))
                    failed[check.Item] = true;
            }

            if (key is not null) keys.Return(group.Key, key);
        });
        return failed;
    }

    private static JournalItem Judge(JournalItem item, bool failed) => item switch
    {
        JournalItem.Decided decided when failed => decided with { Genuine = false },
        JournalItem.Happened happened when failed => happened with { About = null },
        _ => item,
    };

    private async Task<Dictionary<KeyId, Wire.PublicKey>> ReadKeysAsync(HashSet<KeyId> kids, CancellationToken cancel)
    {
        var found = new Dictionary<KeyId, Wire.PublicKey>();
        foreach (var kid in kids)
            if (known.TryGetValue(kid, out var key)) found[kid] = key;
        var missing = kids.Where(kid => !found.ContainsKey(kid)).Select(KidBytes.Of).ToArray();
        if (missing.Length == 0) return found;

        if (known.Count > keyCapacity) known.Clear();
        await using var connection = await database.OpenConnectionAsync(cancel);
        var rows = await connection.ListAsync(
            "select algorithm, public_key from device where kid = any ($1)",
            row => new Wire.PublicKey((SignatureAlgorithm)row.GetInt16(0), row.Bytes(1)), cancel, [missing]);
        foreach (var key in rows) found[key.Id] = known[key.Id] = key;
        return found;
    }
}
