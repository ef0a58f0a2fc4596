namespace MqttPay.Broker.Machine;

/// <summary>Topic names and filters as UTF-8 bytes that have been validated already.</summary>
internal static class TopicFilter
{
    public const int LengthMax = 1024;
    public const int LevelsMax = 32;

    private const byte Separator = (byte)'/';
    private const byte One = (byte)'+';
    private const byte Rest = (byte)'#';

    public static bool IsTopic(ReadOnlySpan<byte> topic) =>
        !topic.IsEmpty && !topic.ContainsAny(One, Rest) && WithinLimits(topic);

    /// <summary>A wildcard fills its level, and # is the last one.</summary>
    public static bool IsFilter(ReadOnlySpan<byte> filter)
    {
        if (filter.IsEmpty || !WithinLimits(filter)) return false;
        for (var at = filter.IndexOfAny(One, Rest); at >= 0 && at < filter.Length; at++)
        {
            if (filter[at] is not (One or Rest)) continue;
            if (at > 0 && filter[at - 1] != Separator) return false;
            if (at + 1 < filter.Length && (filter[at] == Rest || filter[at + 1] != Separator)) return false;
        }

        return true;
    }

    public static bool WithinLimits(ReadOnlySpan<byte> text) =>
        text.Length <= LengthMax && text.Count(Separator) < LevelsMax;

    public static bool HasWildcard(ReadOnlySpan<byte> filter) => filter.ContainsAny(One, Rest);

    public static bool StartsShared(ReadOnlySpan<byte> filter) => filter.StartsWith("$share/"u8);

    /// <summary>Takes the next level off; false when none is left. "a/" has two levels, the last one empty.</summary>
    public static bool Next(ref ReadOnlySpan<byte> rest, ref bool more, out ReadOnlySpan<byte> level)
    {
        level = default;
        if (!more) return false;
        var at = rest.IndexOf(Separator);
        more = at >= 0;
        level = more ? rest[..at] : rest;
        rest = more ? rest[(at + 1)..] : default;
        return true;
    }

    public static bool Matches(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> topic)
    {
        if (topic.StartsWith("$"u8) && !filter.StartsWith("$"u8)) return false;
        var (filterMore, topicMore) = (true, true);
        while (Next(ref filter, ref filterMore, out var wanted))
        {
            if (wanted is [Rest]) return true;
            if (!Next(ref topic, ref topicMore, out var level)) return false;
            if (wanted is not [One] && !wanted.SequenceEqual(level)) return false;
        }

        return !topicMore;
    }

    /// <summary>Does the pattern match every topic that the filter can match?</summary>
    public static bool Covers(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> filter)
    {
        if (filter.StartsWith("$"u8) && !pattern.StartsWith("$"u8)) return false;
        var (patternMore, filterMore) = (true, true);
        while (Next(ref pattern, ref patternMore, out var allowed))
        {
            if (allowed is [Rest]) return true;
            if (!Next(ref filter, ref filterMore, out var asked) || asked is [Rest]) return false;
            if (allowed is not [One] && !allowed.SequenceEqual(asked)) return false;
        }

        return !filterMore;
    }
}
