namespace MqttPay.Rounds;

/// <summary>Sums of the last day by minute of elapsed time; a started minute counts whole.</summary>
internal sealed class DayWindow
{
    private const int Day = 24 * 60;
    private readonly Queue<(long Minute, long SumMinor)> minutes = [];
    private long newestMinute = -1;
    private long newestMinor;

    public void Add(long elapsedSeconds, long amountMinor)
    {
        var minute = elapsedSeconds / 60;
        if (minute != newestMinute)
        {
            if (newestMinute >= 0) minutes.Enqueue((newestMinute, newestMinor));
            while (minutes.TryPeek(out var oldest) && oldest.Minute <= minute - Day) minutes.Dequeue();
            (newestMinute, newestMinor) = (minute, 0);
        }

        newestMinor += amountMinor;
    }

    /// <summary>Sum of what was added within the last <paramref name="windowMinutes"/>.</summary>
    public long SumWithin(long elapsedSeconds, int windowMinutes)
    {
        var oldest = (elapsedSeconds / 60) - windowMinutes;
        var sum = newestMinute >= oldest ? newestMinor : 0;
        foreach (var (minute, minor) in minutes)
            if (minute >= oldest) sum += minor;
        return sum;
    }
}
