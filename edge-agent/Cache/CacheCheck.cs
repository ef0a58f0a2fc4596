using MqttPay.EdgeAgent.Storage;

namespace MqttPay.EdgeAgent.Cache;

/// <summary>After a crash: does the cache hold the decisions that the journal holds, row by row?</summary>
internal static class CacheCheck
{
    private const int Step = 1_000;

    /// <summary>Returns what differs, or null.</summary>
    public static string? Difference(EdgeCache cache, Journal journal)
    {
        if (cache.Decisions(0, long.MaxValue, newestFirst: false, 1) is not [var oldest]) return NoneAt(cache);

        var rows = 0L;
        using var cached = Cached(cache, oldest.Id).GetEnumerator();
        foreach (var row in Journalled(journal, oldest, cache.AppliedLsn))
        {
            if (!cached.MoveNext() || cached.Current != row)
                return $"the decision at frame {row.Lsn} differs from the journal's";
            rows++;
        }

        if (cached.MoveNext()) return $"a decision at frame {cached.Current.Lsn} is not in the journal";
        return rows == cache.Rows ? null : $"{rows} decisions where {cache.Rows} were counted";
    }

    private static string? NoneAt(EdgeCache cache) =>
        cache.Rows == 0 ? null : $"no decisions where {cache.Rows} were counted";

    private static IEnumerable<DecisionRow> Cached(EdgeCache cache, long first)
    {
        for (var next = first; Page(cache, next) is { Count: > 0 } page; next = page[^1].Id + 1)
            foreach (var row in page) yield return row;
    }

    private static IEnumerable<DecisionRow> Journalled(Journal journal, DecisionRow oldest, long lastLsn) => journal
        .ReadFrom(oldest.Lsn)
        .TakeWhile(entry => entry.Lsn <= lastLsn)
        .SelectMany(entry => JournalRows.Of(entry).Decisions)
        .Where(row => row.Id >= oldest.Id);

    private static IReadOnlyList<DecisionRow> Page(EdgeCache cache, long from) =>
        cache.Decisions(from, long.MaxValue, newestFirst: false, Step);
}
