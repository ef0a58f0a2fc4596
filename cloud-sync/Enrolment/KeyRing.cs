using MqttPay.CloudSync.Storage;
using Npgsql;

namespace MqttPay.CloudSync.Enrolment;

/// <summary>API keys: only hashes are stored.</summary>
internal static class KeyRing
{
    public const string Admin = "admin";
    public const string Read = "read";

    public static string OfEdge(uint edge) => $"edge:{edge}";

    public static async Task<Outcome<KeyView>> MakeAsync(
        NpgsqlConnection connection, KeyInput input, CancellationToken cancel)
    {
        if (input.Scope is not (Admin or Read))
            return Refusal.Invalid("scope", "A scope is admin or read; a gateway gets its key when it is enrolled.");
        var (id, key) = await MakeAsync(connection, input.Scope, input.Label, cancel);
        return new KeyView(id, input.Scope, key);
    }

    public static async Task<(long Id, string Key)> MakeAsync(
        NpgsqlConnection connection, string scope, string? label, CancellationToken cancel)
    {
        var key = Secrets.ApiKey();
        var id = await connection.ValueAsync<long>(
            "insert into api_key (hash, scope, label) values ($1, $2, $3) returning key_id",
            cancel, Secrets.HashOf(key), scope, label);
        return (id, key);
    }

    public static async Task<(long Id, string Scope)?> FindAsync(
        NpgsqlConnection connection, string key, CancellationToken cancel)
    {
        var found = await connection.ListAsync<(long, string)>(
            "select key_id, scope from api_key where hash = $1 and revoked_at is null",
            r => (r.GetInt64(0), r.GetString(1)), cancel, Secrets.HashOf(key));
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>The first start of an empty cloud writes an admin key where only its user can read it.</summary>
    public static async Task EnsureAdminAsync(
        NpgsqlConnection connection, string file, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.RunAsync("lock table api_key in share row exclusive mode", cancel);
        if (await connection.ValueAsync<bool>("select exists (select 1 from api_key)", cancel)) return;
        var (_, key) = await MakeAsync(connection, Admin, "first start", cancel);
        SecretFile.Write(file, key + "\n");
        await transaction.CommitAsync(cancel);
    }
}
