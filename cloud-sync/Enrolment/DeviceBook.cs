using MqttPay.CloudSync.Documents;
using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Enrolment;

/// <summary>Devices: enrolled at one gateway, bound to at most one account, revoked for good.</summary>
internal sealed class DeviceBook(DocumentSigner signer, DenyBook denials, TimeProvider clock)
{
    /// <summary>Of the wire's version 1: what this release's devices may send.</summary>
    private const byte WireMinor = 0;

    /// <summary>Enrols one device. The caller raises the roster's version once for all that it enrols.</summary>
    public async Task<Outcome<DeviceCredentials>> EnrolAsync(
        NpgsqlConnection connection, DeviceInput input, CancellationToken cancel)
    {
        if (!PublicKeys.TryRead(input.PublicKey, out var key))
            return Refusal.Invalid("public_key", "The key is no COSE_Key in hex, or no usable point on its curve.");
        if (Operations.Parse(input.Operations) is not { } mask || mask == 0)
            return Refusal.Invalid("operations", "Operations are a list of names such as sale, void, status.");
        var home = await connection.FirstAsync(
            "select currency, algorithm, public_key from edge where edge_id = $1 and state <> 3 for no key update",
            r => new Home(r.GetInt16(0), new((SignatureAlgorithm)r.GetInt16(1), r.Bytes(2))),
            cancel, (long)input.EdgeId);
        if (home is null) return Refusal.Invalid("edge_id", $"There is no gateway {input.EdgeId}.");
        if ((await FindPayerAsync(connection, input, mask, home, cancel)).Refused(out var refusal, out var payer))
            return refusal;
        return await InsertAsync(connection, input, key, mask, home, payer, cancel);
    }

    public static Task RaiseRosterAsync(
        NpgsqlConnection connection, IEnumerable<long> edges, CancellationToken cancel) =>
        connection.RunAsync(
            "update edge set roster_version = roster_version + 1 where edge_id = any ($1)", cancel, edges.ToArray());

    /// <summary>Revokes a key for good: its gateway's roster and the next deny list say so.</summary>
    public async Task<Outcome<RevokedView>> RevokeAsync(
        NpgsqlConnection connection, KeyId kid, CancellationToken cancel)
    {
        var edge = await connection.ValueAsync<long?>(
            "select edge_id from device where kid = $1", cancel, KidBytes.Of(kid));
        if (edge is not null)
            await connection.RunAsync("select 1 from edge where edge_id = $1 for no key update", cancel, edge);
        var revoked = await connection.RunAsync(
            "update device set state = 2, revoked_at = $2 where kid = $1 and state = 1",
            cancel, KidBytes.Of(kid), clock.GetUtcNow());
        if (revoked == 0)
        {
            var since = await connection.ValueAsync<long?>(
                "select denied_in from device where kid = $1", cancel, KidBytes.Of(kid));
            if (since is null) return Refusal.NotFound($"device {kid}");
            return new RevokedView(kid.ToString(), "revoked", since.Value);
        }

        if (edge is not null) await RaiseRosterAsync(connection, [edge.Value], cancel);
        return new RevokedView(kid.ToString(), "revoked", await denials.NextAsync(connection, cancel));
    }

    /// <summary>The payer's account, or none for a payee's own device, which never spends.</summary>
    private static async Task<Outcome<Payer>> FindPayerAsync(
        NpgsqlConnection connection, DeviceInput input, int mask, Home home, CancellationToken cancel)
    {
        if (input.AccountId is null)
        {
            return Operations.NeedsPayer(mask)
                ? Refusal.Invalid("account_id", "A device that pays needs an account.")
                : new Payer(null);
        }

        if (!AccountBook.TryReadId(input.AccountId, out var id))
            return Refusal.Invalid("account_id", "An account id is 16 hex digits.");
        if (Operations.MayRefund(mask))
            return Refusal.Invalid("operations", "A payer's key may not refund: it would pay itself.");
        var account = await LedgerStore.FindAsync(
            connection, AccountKind.Payer, unchecked((long)id.Value), home.Currency, cancel);
        return account is null
            ? Refusal.Invalid("account_id", $"Account {id} does not exist in the gateway's currency {home.Currency}.")
            : new Payer(account);
    }

    private async Task<Outcome<DeviceCredentials>> InsertAsync(
        NpgsqlConnection connection, DeviceInput input, PublicKey key, int mask, Home home, Payer payer,
        CancellationToken cancel)
    {
        var device = await connection.ValueAsync<long?>(
            """
            insert into device (kid, algorithm, public_key, account_id, edge_id, operation_mask)
            values ($1, $2, $3, $4, $5, $6) on conflict (kid) do nothing returning device_id
            """,
            cancel, KidBytes.Of(key.Id), (short)key.Algorithm, key.Bytes, payer.Account, (long)input.EdgeId, mask);
        if (device is null) return Refusal.Exists("public_key", $"Key {key.Id} is enrolled.");
        const uint epoch = 1;
        var now = checked((uint)clock.GetUtcNow().ToUnixTimeSeconds());
        var config = new DeviceConfig(key.Id, 1, epoch, input.EdgeId, home.Key, home.Currency, now, WireMinor);
        var (password, salt) = (Secrets.Password(), Secrets.Salt());
        await connection.RunAsync(
            """
            insert into device_login (device_id, password_salt, password_hash, config_version, config)
            values ($1, $2, $3, 1, $4)
            """,
            cancel, device.Value, salt, Secrets.PasswordHash(salt, password),
            signer.Sign(MessageKind.Config, ConfigCodec.Encode(config)));
        return new DeviceCredentials(
            key.Id.ToString(), device.Value, input.AccountId, input.EdgeId, epoch, password);
    }

    private sealed record Home(int Currency, PublicKey Key);

    private sealed record Payer(long? Account);
}
