using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using MqttPay.CloudSync.Storage;
using MqttPay.Settlement;
using Npgsql;

namespace MqttPay.CloudSync.Reports;

/// <summary>Breaks in the order in which they were found.</summary>
internal static class BreakList
{
    private const string Columns = """
        select break_id, subject, key1, key2, key3, category, currency, expected_minor, found_minor, evidence::text,
        state,
          owner, made_at, due_at
        from recon_break
        """;

    public static Task<List<BreakView>> PageAsync(
        NpgsqlConnection connection, long after, int limit, CancellationToken cancel) =>
        connection.ListAsync($"{Columns} where break_id > $1 order by break_id limit $2", Map, cancel, after, limit);

    public static Task<BreakView?> FindAsync(NpgsqlConnection connection, long id, CancellationToken cancel) =>
        connection.FirstAsync($"{Columns} where break_id = $1", Map, cancel, id);

    private static BreakView Map(DbDataReader r)
    {
        var category = (Category)r.GetInt16(5);
        return new(
            r.GetInt64(0),
            Words.Of((BreakSubject)r.GetInt16(1)),
            [r.GetInt64(2), r.GetInt64(3), r.GetInt64(4)],
            Words.Of(category),
            string.Create(CultureInfo.InvariantCulture, $"MP{7000 + (int)category}"),
            r.Maybe<short?>(6),
            r.Maybe<long?>(7),
            r.Maybe<long?>(8),
            JsonNode.Parse(r.GetString(9)),
            r.GetInt16(10) == 1 ? "open" : "resolved",
            r.Maybe<string>(11),
            r.GetFieldValue<DateTimeOffset>(12),
            r.GetFieldValue<DateTimeOffset>(13));
    }
}
