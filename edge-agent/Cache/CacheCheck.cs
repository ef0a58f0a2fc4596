using MqttPay.EdgeAgent.Storage;

namespace MqttPay.EdgeAgent.Cache;

/// <summary>
/// After a crash: does the cache hold the decisions that the journal holds, by count and sum per lease?
/// </summary>
internal static class CacheCheck
{
    private const int Step = 1_000;

    /// <summary>Returns what differs, or null.</summary>
    public static string? Difference(EdgeCache cache, Journal journal)
    {
        var cached = new SortedDictionary<long, (long Count, long SumMinor)>();
        var (first, rows) = (long.MaxValue, 0L);
        for (long next = 0; Page(cache, next) is { Count: > 0 } page; next = page[^1].Id + 1)
        {
            first = Math.Min(first, page[0].Id);
            rows += page.Count;
            foreach (var row in page) Count(cached, row);
        }

        if (rows != cache.Rows) return $"{rows} decisions where {cache.Rows} were counted";
        if (rows == 0) return null;

        var journalled = new SortedDictionary<long, (long Count, long SumMinor)>();
        foreach (var entry in journal.ReadFrom(first >> 16))
        {
            if (entry.Lsn > cache.AppliedLsn) break;
            foreach (var row in JournalRows.Of(entry).Decisions.Where(row => row.Id >= first)) Count(journalled, row);
        }

        return cached.SequenceEqual(journalled) ? null : "counts and sums per lease differ from the journal's";
    }

    private static IReadOnlyList<DecisionRow> Page(EdgeCache cache, long from) =>
        cache.Decisions(from, long.MaxValue, newestFirst: false, Step);

    private static void Count(SortedDictionary<long, (long Count, long SumMinor)> totals, DecisionRow row)
    {
        var (count, sum) = totals.GetValueOrDefault(row.Lease);
        totals[row.Lease] = (count + 1, sum + row.AmountMinor);
    }
}
