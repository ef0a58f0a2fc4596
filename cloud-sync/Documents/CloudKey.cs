using MqttPay.CloudSync.Storage;
using MqttPay.Host.Signatures;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Documents;

/// <summary>
/// The cloud's own signing key: made at the first start, and bound to the database whose documents it signs.
/// </summary>
internal static class CloudKey
{
    public static async Task<SigningKey> OpenAsync(
        CloudOptions options, NpgsqlDataSource database, TimeProvider clock, CancellationToken cancel)
    {
        SecretFile.MakeFolder(options.Credentials);
        var file = Path.Combine(options.Credentials, "cloud.key");
        using var gate = await FileLock.ExclusiveAsync(file + ".lock", clock, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (!File.Exists(file)) await MakeAsync(file, connection, cancel);
        var key = SigningKey.Import(await File.ReadAllBytesAsync(file, cancel));
        await connection.RunAsync(
            """
            insert into cloud_key (kid, public_key) select $1, $2
            where not exists (select 1 from cloud_key)
            """, cancel, KidBytes.Of(key.Public.Id), key.Public.ToCoseKey());
        var known = await connection.ValueAsync<byte[]>(
            "select public_key from cloud_key where kid = $1", cancel, KidBytes.Of(key.Public.Id));
        if (known is not null) return key;
        key.Dispose();
        throw new ClusterException(Foreign(file));
    }

    private static async Task MakeAsync(string file, NpgsqlConnection connection, CancellationToken cancel)
    {
        if (await connection.ValueAsync<bool>("select exists (select 1 from cloud_key)", cancel))
            throw new ClusterException(Foreign(file));
        using var fresh = SigningKey.Create(SignatureAlgorithm.Es256);
        SecretFile.Write(file, fresh.Export());
    }

    private static string Foreign(string file) =>
        $"This database's documents were signed with another key than {file}. Every gateway trusts that other key: " +
        "put it in place before starting.";
}
