using System.Data.Common;
using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Enrolment;

/// <summary>Reads enrolled devices. None of it is secret.</summary>
internal static class DeviceQueries
{
    private const string Columns = """
        select d.kid, d.device_id, a.owner_no, d.edge_id, d.epoch, d.operation_mask, d.state, d.revoked_at,
          d.algorithm, d.public_key, d.payee_no, d.tier, d.attested, d.revoked_for, s.kid, d.retires_at
        from device d left join account a using (account_id) left join device s on s.device_id = d.successor_id
        """;

    public static Task<DeviceView?> FindAsync(NpgsqlConnection connection, KeyId kid, CancellationToken cancel) =>
        connection.FirstAsync($"{Columns} where d.kid = $1", Map, cancel, KidBytes.Of(kid));

    /// <summary>In the order of enrolment, which never changes: the number of the last one is the cursor.</summary>
    public static Task<List<DeviceView>> PageAsync(
        NpgsqlConnection connection, long after, int limit, CancellationToken cancel) =>
        connection.ListAsync(
            $"{Columns} where d.device_id > $1 order by d.device_id limit $2", Map, cancel, after, limit);

    private static DeviceView Map(DbDataReader reader)
    {
        var key = new PublicKey((SignatureAlgorithm)reader.GetInt16(8), reader.Bytes(9));
        return new(
            KeyId.Read(reader.Bytes(0)).ToString(),
            reader.GetInt64(1),
            reader.Maybe<long?>(2) is { } owner ? new AccountId(unchecked((ulong)owner)).ToString() : null,
            reader.Maybe<long?>(3) is { } edge ? checked((uint)edge) : null,
            checked((uint)reader.GetInt64(4)),
            Operations.Names(reader.GetInt32(5)),
            reader.GetInt16(6) == 1 ? reader.IsDBNull(14) ? "active" : "rotating" : "revoked",
            reader.Maybe<DateTimeOffset?>(7),
            key.Algorithm is SignatureAlgorithm.Es256 ? "ES256" : "EdDSA",
            Convert.ToHexStringLower(key.ToCoseKey()),
            reader.Maybe<long?>(10) is { } payee ? checked((uint)payee) : null,
            reader.GetInt32(11),
            reader.GetBoolean(12),
            reader.Maybe<string>(13),
            reader.Maybe<byte[]>(14) is { } successor ? KeyId.Read(successor).ToString() : null,
            reader.Maybe<DateTimeOffset?>(15));
    }
}
