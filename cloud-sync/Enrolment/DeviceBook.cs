using MqttPay.CloudSync.Documents;
using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Enrolment;

/// <summary>Devices: enrolled at one gateway, a payer's or a payee's, and revoked.</summary>
internal sealed class DeviceBook(DocumentSigner signer, DenyBook denials, TimeProvider clock)
{
    private readonly DeviceLogin login = new(signer, clock);

    /// <summary>Enrols one device. The caller raises the roster's version once for all that it enrols.</summary>
    public async Task<Outcome<DeviceCredentials>> EnrolAsync(
        NpgsqlConnection connection, DeviceInput input, CancellationToken cancel)
    {
        if (!PublicKeys.TryRead(input.PublicKey, out var key))
            return Refusal.Invalid("public_key", "The key is no COSE_Key in hex, or no usable point on its curve.");
        var standard = input.AccountId is null ? Operations.OfPayee : Operations.Standard;
        if (Operations.Parse(input.Operations, standard) is not { } mask || mask == 0)
            return Refusal.Invalid("operations", "Operations are a list of names such as sale, void, status.");
        if (input.Tier is < 0 or > 255) return Refusal.Invalid("tier", "A tier is 0 to 255.");
        if (await DeviceLogin.LockHomeAsync(connection, input.EdgeId, cancel) is not { } home)
            return Refusal.Invalid("edge_id", $"There is no gateway {input.EdgeId}.");
        if ((await FindOwnerAsync(connection, input, mask, home, cancel)).Refused(out var refusal, out var owner))
            return refusal;
        return await InsertAsync(connection, input, key, mask, home, owner, cancel);
    }

    public static Task RaiseRosterAsync(
        NpgsqlConnection connection, IEnumerable<long> edges, CancellationToken cancel) =>
        connection.RunAsync(
            "update edge set roster_version = roster_version + 1 where edge_id = any ($1)", cancel, edges.ToArray());

    /// <summary>Revokes a key: its gateway's roster and the next deny list say so.</summary>
    /// <param name="from">From when on it is not good; now unless it says otherwise.</param>
    public async Task<Outcome<RevokedView>> RevokeAsync(
        NpgsqlConnection connection, KeyId kid, CancellationToken cancel, string reason = "asked",
        DateTimeOffset? from = null)
    {
        var edge = await connection.ValueAsync<long?>(
            "select edge_id from device where kid = $1", cancel, KidBytes.Of(kid));
        if (edge is not null)
            await connection.RunAsync("select 1 from edge where edge_id = $1 for no key update", cancel, edge);
        var revoked = await connection.RunAsync(
            "update device set state = 2, revoked_at = $2, revoked_for = $3 where kid = $1 and state = 1",
            cancel, KidBytes.Of(kid), from ?? clock.GetUtcNow(), reason);
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

    /// <summary>The payer's account; or the payee whose own device it is, which never spends.</summary>
    private static async Task<Outcome<DeviceOwner>> FindOwnerAsync(
        NpgsqlConnection connection, DeviceInput input, int mask, DeviceHome home, CancellationToken cancel)
    {
        if (input.AccountId is null)
        {
            if (Operations.NeedsPayer(mask))
                return Refusal.Invalid("account_id", "A device that pays needs an account.");
            var payee = input.Payee ?? home.Payee;
            return payee == home.Payee || home.Payees.Contains(payee)
                ? new DeviceOwner(null, payee)
                : Refusal.Invalid("payee", $"Gateway {input.EdgeId} does not pay payee {payee}.");
        }

        if (input.Payee is not null)
            return Refusal.Invalid("payee", "A device is a payer's or a payee's, not both's: it would pay itself.");
        if (!AccountBook.TryReadId(input.AccountId, out var id))
            return Refusal.Invalid("account_id", "An account id is 16 hex digits.");
        if (Operations.MayRefund(mask))
            return Refusal.Invalid("operations", "A payer's key may not refund: it would pay itself.");
        var account = await LedgerStore.FindAsync(
            connection, AccountKind.Payer, unchecked((long)id.Value), home.Currency, cancel);
        return account is null
            ? Refusal.Invalid("account_id", $"Account {id} does not exist in the gateway's currency {home.Currency}.")
            : new DeviceOwner(account, null);
    }

    private async Task<Outcome<DeviceCredentials>> InsertAsync(
        NpgsqlConnection connection, DeviceInput input, PublicKey key, int mask, DeviceHome home, DeviceOwner owner,
        CancellationToken cancel)
    {
        var device = await connection.ValueAsync<long?>(
            """
            insert into device (kid, algorithm, public_key, account_id, edge_id, operation_mask, payee_no, tier,
              attested)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (kid) do nothing returning device_id
            """,
            cancel, KidBytes.Of(key.Id), (short)key.Algorithm, key.Bytes, owner.Account, (long)input.EdgeId, mask,
            (long?)owner.Payee, input.Tier, input.Attested);
        if (device is null) return Refusal.Exists("public_key", $"Key {key.Id} is enrolled.");
        var password = await login.MakeAsync(connection, device.Value, key.Id, home, cancel);
        return new DeviceCredentials(
            key.Id.ToString(), device.Value, input.AccountId, input.EdgeId, DeviceLogin.FirstEpoch, password);
    }

    private sealed record DeviceOwner(long? Account, uint? Payee);
}
