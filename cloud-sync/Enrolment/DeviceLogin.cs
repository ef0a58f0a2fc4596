using MqttPay.CloudSync.Documents;
using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Enrolment;

/// <summary>How a device logs in at its gateway, and the signed message that tells it where it belongs.</summary>
internal sealed class DeviceLogin(DocumentSigner signer, TimeProvider clock)
{
    public const uint FirstEpoch = 1;

    /// <summary>Of the wire's version 1: what this release's devices may send.</summary>
    private const byte WireMinor = 0;

    /// <summary>The gateway, its row locked so that its roster changes one at a time; null if there is none.</summary>
    public static Task<DeviceHome?> LockHomeAsync(NpgsqlConnection connection, uint edge, CancellationToken cancel) =>
        connection.FirstAsync(
            """
            select currency, payee_no, payees, algorithm, public_key from edge
            where edge_id = $1 and state <> 3 for no key update
            """,
            r => new DeviceHome(
                edge, r.GetInt16(0), checked((uint)r.GetInt64(1)),
                [.. r.GetFieldValue<long[]>(2).Select(payee => checked((uint)payee))],
                new((SignatureAlgorithm)r.GetInt16(3), r.Bytes(4))),
            cancel, (long)edge);

    /// <summary>Makes a device's password and first config. The password is told once.</summary>
    public async Task<string> MakeAsync(
        NpgsqlConnection connection, long device, KeyId kid, DeviceHome home, CancellationToken cancel)
    {
        var (password, salt) = (Secrets.Password(), Secrets.Salt());
        await connection.RunAsync(
            """
            insert into device_login (device_id, password_salt, password_hash, config_version, config)
            values ($1, $2, $3, 1, $4)
            """,
            cancel, device, salt, Secrets.PasswordHash(salt, password), Config(kid, 1, FirstEpoch, home));
        return password;
    }

    /// <summary>Tells a device anew: its epoch has changed, or its gateway's key.</summary>
    public async Task RenewAsync(
        NpgsqlConnection connection, long device, KeyId kid, uint epoch, DeviceHome home, CancellationToken cancel)
    {
        var version = await connection.ValueAsync<long>(
            "select config_version + 1 from device_login where device_id = $1 for no key update", cancel, device);
        await connection.RunAsync(
            "update device_login set config_version = $2, config = $3 where device_id = $1",
            cancel, device, version, Config(kid, version, epoch, home));
    }

    private byte[] Config(KeyId kid, long version, uint epoch, DeviceHome home)
    {
        var now = checked((uint)clock.GetUtcNow().ToUnixTimeSeconds());
        var config = new DeviceConfig(kid, version, epoch, home.Edge, home.Key, home.Currency, now, WireMinor);
        return signer.Sign(MessageKind.Config, ConfigCodec.Encode(config));
    }
}
