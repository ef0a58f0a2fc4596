using MqttPay.CloudSync.Documents;
using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using Npgsql;

namespace MqttPay.CloudSync.Enrolment;

/// <summary>A gateway's signing keys: a new one takes over, the old one's rounds still settle for a time.</summary>
internal sealed class GatewayKeys(DocumentSigner signer, TimeProvider clock)
{
    private static readonly TimeSpan Standard = TimeSpan.FromDays(30);

    private readonly DeviceLogin login = new(signer, clock);

    /// <summary>
    /// Rounds are good under the key whose time their header is in. Each device here is told the new key in a new
    /// config.
    /// </summary>
    public async Task<Outcome<GatewayView>> RotateAsync(
        NpgsqlConnection connection, uint edge, RotationInput input, CancellationToken cancel)
    {
        if (!PublicKeys.TryRead(input.PublicKey, out var key))
            return Refusal.Invalid("public_key", "The key is no COSE_Key in hex, or no usable point on its curve.");
        if (input.Overlap(Standard) is not { } overlap)
            return Refusal.Invalid("overlap_seconds", "The old key goes on for 0 s to 365 days.");
        if (await DeviceLogin.LockHomeAsync(connection, edge, cancel) is not { } home)
            return Refusal.NotFound($"gateway {edge}");
        if (await connection.ValueAsync<bool>(
            "select exists (select 1 from edge_key where public_key = $1)", cancel, key.Bytes))
            return Refusal.Exists("public_key", $"Key {key.Id} is or was a gateway's.");
        var now = clock.GetUtcNow();
        await connection.RunAsync(
            """
            update edge_key set valid_until = least($2, valid_until) where edge_id = $1
              and (valid_until is null or valid_until > $2)
            """, cancel, (long)edge, now + overlap);
        await connection.RunAsync(
            """
            insert into edge_key (edge_id, algorithm, public_key, valid_from, made_at) values ($1, $2, $3, $4, $4)
            """, cancel, (long)edge, (short)key.Algorithm, key.Bytes, now);
        await connection.RunAsync(
            "update edge set algorithm = $2, public_key = $3, roster_version = roster_version + 1 where edge_id = $1",
            cancel, (long)edge, (short)key.Algorithm, key.Bytes);
        await TellDevicesAsync(connection, home with { Key = key }, cancel);
        return (await GatewayQueries.FindAsync(connection, edge, cancel))!;
    }

    private async Task TellDevicesAsync(NpgsqlConnection connection, DeviceHome home, CancellationToken cancel)
    {
        var devices = await connection.ListAsync(
            "select device_id, kid, epoch from device where edge_id = $1 and state = 1 order by device_id",
            row => (Id: row.GetInt64(0), Kid: KeyId.Read(row.Bytes(1)), Epoch: checked((uint)row.GetInt64(2))),
            cancel, (long)home.Edge);
        foreach (var (id, kid, epoch) in devices)
            await login.RenewAsync(connection, id, kid, epoch, home, cancel);
    }
}
