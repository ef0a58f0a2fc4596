using System.Data;
using MqttPay.CloudSync.Storage;
using MqttPay.Settlement;
using Npgsql;

namespace MqttPay.CloudSync.Reports;

/// <summary>Counts every record once, in one snapshot.</summary>
internal static class ReconSummary
{
    public static async Task<ReconView> ReadAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        var categories = await connection.ListAsync<(Category Category, long Count, long ValueMinor)>(
            """
            select category, count(*), coalesce(sum(abs(paid_minor)), 0)::bigint from record_category
            group by category order by category
            """, r => ((Category)r.GetInt16(0), r.GetInt64(1), r.GetInt64(2)), cancel);
        var (batches, records) = (await connection.ListAsync(
            "select count(*), coalesce(sum(record_count), 0)::bigint from batch",
            r => (r.GetInt64(0), r.GetInt64(1)), cancel))[0];
        var breaks = await connection.ValueAsync<long>("select count(*) from recon_break where state = 1", cancel);
        var sums = await connection.ListAsync<(int Currency, long Sum)>(
            "select currency, sum(balance_minor)::bigint from account group by currency order by currency",
            r => (r.GetInt16(0), r.GetInt64(1)), cancel);
        return new(
            batches,
            records,
            categories.ToDictionary(c => Words.Of(c.Category), c => c.Count),
            categories.ToDictionary(c => Words.Of(c.Category), c => c.ValueMinor),
            records - categories.Sum(c => c.Count),
            breaks,
            sums.ToDictionary(s => s.Currency, s => s.Sum));
    }
}
