using System.Security.Cryptography;
using System.Text;
using MqttPay.CloudSync.Storage;
using Npgsql;

namespace MqttPay.CloudSync.Http;

/// <summary>
/// Does a POST at most once: its key's row and its effect share one transaction, so a crash leaves neither. A repeat
/// gets the stored bytes, a twin waits for the first one's commit, and a refused wish stores nothing, since it did
/// nothing.
/// </summary>
internal sealed class Idempotency(NpgsqlDataSource database, TimeProvider clock)
{
    public const string Header = "Idempotency-Key";
    public const string Replayed = "Idempotent-Replayed";

    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    public async Task<Outcome<StoredBody>> RunAsync(
        HttpContext http, Caller caller, byte[] body, Effect effect, CancellationToken cancel)
    {
        var key = http.Request.Headers[Header].ToString();
        if (key.Length is 0 or > 255 || key.Any(c => c is < '!' or > '~')) return Refusal.IdempotencyMissing;
        var digest = DigestOf(http.Request, body);
        try
        {
            return await RunAsync(caller, key, digest, effect, cancel);
        }
        catch (PostgresException fault) when (fault.SqlState is PostgresErrorCodes.LockNotAvailable)
        {
            return Refusal.IdempotencyRunning;
        }
        catch (PostgresException fault) when (fault.SqlState is
            PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected)
        {
            return Refusal.Unavailable;
        }
    }

    private async Task<Outcome<StoredBody>> RunAsync(
        Caller caller, string key, byte[] digest, Effect effect, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // A twin's row is not visible before it commits: the insert waits for it, two seconds at most.
        await connection.RunAsync("set local lock_timeout = '2s'", cancel);
        var fresh = await connection.RunAsync(
            """
            insert into idempotency (principal, key, digest, status, expires_at) values ($1, $2, $3, 0, $4)
            on conflict (principal, key) do nothing
            """, cancel, caller.Principal, key, digest, clock.GetUtcNow() + KeptFor);
        if (fresh == 0) return await RepeatAsync(connection, caller, key, digest, cancel);
        await connection.RunAsync("set local lock_timeout = '10s'", cancel);
        if ((await effect(connection, caller, cancel)).Refused(out var refusal, out var answer)) return refusal;
        await connection.RunAsync(
            "update idempotency set status = 200, body = $3 where (principal, key) = ($1, $2)",
            cancel, caller.Principal, key, StoredAnswer.Close(caller.Token, key, answer));
        await transaction.CommitAsync(cancel);
        return new StoredBody(answer, Replayed: false);
    }

    private static async Task<Outcome<StoredBody>> RepeatAsync(
        NpgsqlConnection connection, Caller caller, string key, byte[] digest, CancellationToken cancel)
    {
        var rows = await connection.ListAsync<(byte[] Digest, byte[] Body)>(
            "select digest, body from idempotency where (principal, key) = ($1, $2)",
            r => (r.Bytes(0), r.Bytes(1)), cancel, caller.Principal, key);
        if (rows.Count == 0) return Refusal.IdempotencyRunning;
        if (!rows[0].Digest.AsSpan().SequenceEqual(digest)) return Refusal.IdempotencyOtherBody;
        return new StoredBody(StoredAnswer.Open(caller.Token, key, rows[0].Body), Replayed: true);
    }

    /// <summary>A key names one wish: the same path with the same bytes.</summary>
    private static byte[] DigestOf(HttpRequest request, byte[] body) => SHA256.HashData(
        [.. Encoding.UTF8.GetBytes($"{request.Method} {request.Path}\n"), .. body]);
}
