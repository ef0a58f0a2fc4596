using Npgsql;

namespace MqttPay.CloudSync.Storage;

/// <summary>
/// The open business date. Closing one takes the lock alone, so it waits for every posting in flight.
/// </summary>
internal static class BusinessDays
{
    private const long LockKey = 0x4d71_7474_5061_7902;

    public static async Task<DateOnly> ShareAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await connection.RunAsync("select pg_advisory_xact_lock_shared($1)", cancel, LockKey);
        return await connection.ValueAsync<DateOnly?>(
            "select business_date from business_day where state = 1", cancel)
            ?? throw new InvariantException("no business date is open");
    }
}
