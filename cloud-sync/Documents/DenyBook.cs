using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Documents;

/// <summary>Deny lists: every version names all revoked keys, and is signed when it is made.</summary>
internal sealed class DenyBook(DocumentSigner signer)
{
    /// <summary>Makes the next version and notes it on the devices that it is the first to name.</summary>
    public async Task<uint> NextAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await connection.RunAsync("lock table deny_document in share row exclusive mode", cancel);
        var last = await connection.ValueAsync<long?>("select max(version) from deny_document", cancel) ?? 0;
        var version = checked((uint)(last + 1));
        await connection.RunAsync(
            "update device set denied_in = $1 where state = 2 and denied_in is null", cancel, (long)version);
        var keys = await connection.ListAsync(
            "select kid from device where state = 2 order by kid", r => KeyId.Read(r.Bytes(0)), cancel);
        var message = signer.Sign(MessageKind.DenyList, DenyListCodec.Encode(new DenyList(version, keys)));
        await connection.RunAsync(
            "insert into deny_document (version, message) values ($1, $2)", cancel, (long)version, message);
        return version;
    }

    public static Task<VersionedDocument?> NewestAsync(NpgsqlConnection connection, CancellationToken cancel) =>
        connection.FirstAsync(
            "select version, message from deny_document order by version desc limit 1",
            r => new VersionedDocument(checked((uint)r.GetInt64(0)), r.Bytes(1)), cancel);
}
