using MqttPay.CloudSync.Documents;
using MqttPay.CloudSync.Settlement;
using MqttPay.CloudSync.Storage;
using MqttPay.Settlement;
using Npgsql;

namespace MqttPay.CloudSync.Ingest;

/// <summary>
/// What follows a posted batch in transactions of its own: the float asks its payers, and the deny list names cloned
/// keys. The batch stands without it, and each part finds what is left to do by itself, so a failure here only means
/// later.
/// </summary>
internal sealed class FollowUp(NpgsqlDataSource database, FloatRecovery floats, DenyBook denials, ILogger<FollowUp> log)
{
    public async Task AfterAsync(long batchNo, Reconciled effects, CancellationToken cancel)
    {
        try
        {
            if (effects.FloatDues.Count > 0) await floats.RunAsync(cancel);
            if (effects.Cloned.Count > 0) await DenyAsync(cancel);
        }
        catch (NpgsqlException exception)
        {
            log.FollowUpFailed(exception, batchNo);
        }
    }

    /// <summary>Names every revoked key that no deny list names yet. Safe at any time.</summary>
    public async Task DenyAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var sites = await connection.ListAsync(
            "select edge_id from device where state = 2 and denied_in is null", row => row.Maybe<long?>(0), cancel);
        if (sites.Count == 0) return;
        var edges = sites.OfType<long>().Distinct().Order().ToArray();
        await connection.RunAsync(
            """
            update edge set roster_version = roster_version + 1 where edge_id in
              (select edge_id from edge where edge_id = any ($1) order by edge_id for no key update)
            """, cancel, edges);
        await denials.NextAsync(connection, cancel);
        await transaction.CommitAsync(cancel);
    }
}
