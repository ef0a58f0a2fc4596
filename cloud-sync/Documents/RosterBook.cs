using System.Collections.Concurrent;
using System.Data;
using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Documents;

/// <summary>
/// Rosters: the devices of a gateway, with all it needs to serve them offline. Built from one snapshot when a gateway
/// asks, and kept until its version rises.
/// </summary>
internal sealed class RosterBook(NpgsqlDataSource database, DocumentSigner signer)
{
    private readonly ConcurrentDictionary<uint, VersionedDocument> newest = new();

    /// <summary>Returns null when the gateway holds the newest version.</summary>
    public async Task<VersionedDocument?> NewerAsync(uint edge, uint known, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        var version = checked((uint)await connection.ValueAsync<long>(
            "select roster_version from edge where edge_id = $1", cancel, (long)edge));
        if (version == known) return null;
        if (newest.TryGetValue(edge, out var kept) && kept.Version == version) return kept;
        var roster = await ReadAsync(connection, edge, version, cancel);
        var made = new VersionedDocument(version, signer.Sign(MessageKind.Roster, RosterCodec.Encode(roster)));
        newest[edge] = made;
        return made;
    }

    private static async Task<Roster> ReadAsync(
        NpgsqlConnection connection, uint edge, uint version, CancellationToken cancel)
    {
        var devices = await connection.ListAsync(
            """
            select d.algorithm, d.public_key, d.epoch, a.owner_no, a.currency, d.operation_mask, d.state,
              l.password_salt, l.password_hash, l.config, d.payee_no, d.tier, d.attested, d.sequence_floor
            from device d join device_login l using (device_id) left join account a using (account_id)
            where d.edge_id = $1 order by d.device_id
            """,
            r => new RosterDevice(
                new PublicKey((SignatureAlgorithm)r.GetInt16(0), r.Bytes(1)),
                checked((uint)r.GetInt64(2)),
                r.Maybe<long?>(3) is { } owner ? [(new AccountId(unchecked((ulong)owner)), r.GetInt16(4))] : [],
                r.GetInt32(5),
                r.GetInt16(6),
                r.Bytes(7),
                r.Bytes(8),
                r.Bytes(9))
            {
                Payee = checked((uint)(r.Maybe<long?>(10) ?? 0)),
                Tier = r.GetInt32(11),
                Attested = r.GetBoolean(12),
                SequenceFloor = r.GetInt64(13),
            },
            cancel, (long)edge);
        var (payee, payees) = (await connection.ListAsync<(uint, uint[])>(
            "select payee_no, payees from edge where edge_id = $1",
            r => (checked((uint)r.GetInt64(0)), [.. r.GetFieldValue<long[]>(1).Select(p => checked((uint)p))]),
            cancel, (long)edge))[0];
        return new(version, edge, payee, payees, devices);
    }
}
