using MqttPay.CloudSync.Documents;
using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using Npgsql;

namespace MqttPay.CloudSync.Enrolment;

/// <summary>
/// The life of a device's key after its enrolment: a successor takes over while the old one still works, and a key
/// that was denied may come back under a new epoch.
/// </summary>
internal sealed class DeviceKeys(
    NpgsqlDataSource database, DeviceBook devices, DenyBook denials, DocumentSigner signer, TimeProvider clock)
{
    private static readonly TimeSpan Standard = TimeSpan.FromDays(30);

    private readonly DeviceLogin login = new(signer, clock);

    /// <summary>
    /// Enrols a new key with all that the old one may do. Both work, each with its own sequence, until the old one
    /// retires; what it had signed before then still settles.
    /// </summary>
    public async Task<Outcome<DeviceCredentials>> RotateAsync(
        NpgsqlConnection connection, KeyId kid, RotationInput input, CancellationToken cancel)
    {
        if (!PublicKeys.TryRead(input.PublicKey, out var key))
            return Refusal.Invalid("public_key", "The key is no COSE_Key in hex, or no usable point on its curve.");
        if (input.Overlap(Standard) is not { } overlap)
            return Refusal.Invalid("overlap_seconds", "The old key goes on for 0 s to 365 days.");
        if (await FindAsync(connection, kid, cancel) is not { Edge: { } edge } old
            || await DeviceLogin.LockHomeAsync(connection, edge, cancel) is not { } home)
            return Refusal.NotFound($"device {kid}");
        var device = await connection.ValueAsync<long?>(
            """
            insert into device (kid, algorithm, public_key, account_id, edge_id, operation_mask, payee_no, tier)
            select $2, $3, $4, account_id, edge_id, operation_mask, payee_no, tier from device
            where kid = $1 and state = 1 and successor_id is null on conflict (kid) do nothing returning device_id
            """, cancel, KidBytes.Of(kid), KidBytes.Of(key.Id), (short)key.Algorithm, key.Bytes);
        if (device is null)
            return Refusal.Exists("public_key", "The key is enrolled, or the old one is revoked or has a successor.");
        await connection.RunAsync(
            "update device set successor_id = $2, retires_at = $3 where kid = $1",
            cancel, KidBytes.Of(kid), device.Value, clock.GetUtcNow() + overlap);
        var password = await login.MakeAsync(connection, device.Value, key.Id, home, cancel);
        await DeviceBook.RaiseRosterAsync(connection, [edge], cancel);
        return new DeviceCredentials(
            key.Id.ToString(), device.Value, old.Account, edge, DeviceLogin.FirstEpoch, password);
    }

    /// <summary>
    /// Brings a denied key back under a new epoch: what anybody signs under the old one is stale, and its proofs of
    /// cloning are done with.
    /// </summary>
    public async Task<Outcome<DeviceView>> ReinstateAsync(
        NpgsqlConnection connection, KeyId kid, CancellationToken cancel)
    {
        if (await FindAsync(connection, kid, cancel) is not { Edge: { } edge } old
            || await DeviceLogin.LockHomeAsync(connection, edge, cancel) is not { } home)
            return Refusal.NotFound($"device {kid}");
        var epoch = await connection.ValueAsync<long?>(
            """
            update device set state = 1, epoch = epoch + 1, sequence_floor = 0, former_revoked_at = revoked_at,
              former_denied_in = denied_in, revoked_at = null, denied_in = null, revoked_for = null
            where kid = $1 and state = 2 and successor_id is null returning epoch
            """, cancel, KidBytes.Of(kid));
        if (epoch is null) return new Refusal(8015, "Only a denied key without a successor can come back.", "kid");
        await login.RenewAsync(connection, old.Device, kid, checked((uint)epoch.Value), home, cancel);
        await DeviceBook.RaiseRosterAsync(connection, [edge], cancel);
        await denials.NextAsync(connection, cancel);
        return (await DeviceQueries.FindAsync(connection, kid, cancel))!;
    }

    /// <summary>Ends the keys whose time with their successor is over. Safe at any time.</summary>
    public async Task RetireAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var due = await connection.ListAsync(
            "select kid, retires_at from device where state = 1 and retires_at <= $1 order by device_id",
            row => (Kid: KeyId.Read(row.Bytes(0)), At: row.GetFieldValue<DateTimeOffset>(1)), cancel,
            clock.GetUtcNow());
        foreach (var (kid, at) in due)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await devices.RevokeAsync(connection, kid, cancel, "retired", at);
            await transaction.CommitAsync(cancel);
        }
    }

    private static Task<Enrolled?> FindAsync(NpgsqlConnection connection, KeyId kid, CancellationToken cancel) =>
        connection.FirstAsync(
            """
            select d.device_id, d.edge_id, a.owner_no from device d left join account a using (account_id)
            where d.kid = $1
            """,
            row => new Enrolled(
                row.GetInt64(0), row.Maybe<long?>(1) is { } edge ? checked((uint)edge) : null,
                row.Maybe<long?>(2) is { } owner ? new AccountId(unchecked((ulong)owner)).ToString() : null),
            cancel, KidBytes.Of(kid));

    private sealed record Enrolled(long Device, uint? Edge, string? Account);
}
