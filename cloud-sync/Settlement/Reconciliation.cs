using System.Data.Common;
using System.Text.Json;
using MqttPay.CloudSync.Storage;
using MqttPay.Settlement;
using Npgsql;

namespace MqttPay.CloudSync.Settlement;

/// <summary>Answers what became of the records: totals by category, and the breaks that wait.</summary>
internal static class Reconciliation
{
    private const string Breaks = """
        select break_id, category, subject, key1, key2, key3, currency, expected_minor, found_minor, evidence::text,
          state, owner,
          made_at, due_at from recon_break
        """;

    public static async Task<ReconSummary> SummaryAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        var totals = await connection.ListAsync(
            """
            select category, count(*), sum(paid_minor)::bigint from record_category group by category order by category
            """,
            row => (Category: (Category)row.GetInt16(0), Count: row.GetInt64(1), ValueMinor: row.GetInt64(2)), cancel);
        var records = await connection.ValueAsync<long>(
            "select coalesce(sum(record_count), 0)::bigint from batch", cancel);
        // Batch by batch: rows that no batch counts must not hide rows that are missing elsewhere.
        var uncategorised = await connection.ValueAsync<long>(
            """
            select coalesce(sum(abs(coalesce(b.n, 0) - coalesce(r.n, 0))), 0)::bigint
            from (select batch_no, record_count n from batch) b
              full join (select batch_no, count(*) n from record_category group by batch_no) r using (batch_no)
            """, cancel);
        var open = await connection.ValueAsync<long>("select count(*) from recon_break where state = 1", cancel);
        return new(
            records, totals.Sum(total => total.ValueMinor),
            totals.ToDictionary(
                total => NameOf(total.Category),
                total => new CategoryTotal((int)total.Category, total.Count, total.ValueMinor)),
            uncategorised, open);
    }

    /// <summary>In the order in which they were found.</summary>
    public static Task<List<BreakView>> BreaksAsync(
        NpgsqlConnection connection, bool openOnly, long after, int limit, CancellationToken cancel) =>
        connection.ListAsync(
            $"{Breaks} where break_id > $1 and (state = 1 or not $2) order by break_id limit $3", Map, cancel,
            after, openOnly, limit);

    public static Task<BreakView?> BreakAsync(NpgsqlConnection connection, long id, CancellationToken cancel) =>
        connection.FirstAsync($"{Breaks} where break_id = $1", Map, cancel, id);

    /// <summary>The name in payments' own spelling, for example OVER_LEASE.</summary>
    public static string NameOf(Category category) =>
        JsonNamingPolicy.SnakeCaseUpper.ConvertName(category.ToString());

    private static BreakView Map(DbDataReader row)
    {
        var (category, subject) = ((Category)row.GetInt16(1), (BreakSubject)row.GetInt16(2));
        long[] keys = [row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)];
        var used = subject switch
        {
            BreakSubject.Record => 2,
            BreakSubject.Lease => 1,
            _ => 3,
        };
        return new(
            row.GetInt64(0), $"MP{7000 + (int)category}", NameOf(category), JsonNamingPolicy.SnakeCaseLower.ConvertName(
                subject.ToString()),
            keys[..used], row.Maybe<short?>(6), row.Maybe<long?>(7), row.Maybe<long?>(8),
            JsonElement.Parse(row.GetString(9)), row.GetInt16(10) == 1 ? "open" : "closed", row.Maybe<string>(11),
            row.GetFieldValue<DateTimeOffset>(12), row.GetFieldValue<DateTimeOffset>(13));
    }
}
