using MqttPay.Payments;

namespace MqttPay.Rounds;

/// <summary>
/// What the edge remembers of one account: approvals not yet acknowledged, and those of the last day by minute.
/// </summary>
internal sealed class AccountRecord
{
    private const int Day = 24 * 60;
    private readonly Queue<(long Minute, long SumMinor)> minutes = [];
    private long newestMinute = -1;
    private long newestMinor;

    public Spending Unacknowledged { get; set; }

    public void Approve(long elapsedSeconds, long amountMinor)
    {
        Unacknowledged = Unacknowledged.Add(amountMinor);
        var minute = elapsedSeconds / 60;
        if (minute != newestMinute)
        {
            if (newestMinute >= 0) minutes.Enqueue((newestMinute, newestMinor));
            while (minutes.TryPeek(out var oldest) && oldest.Minute <= minute - Day) minutes.Dequeue();
            (newestMinute, newestMinor) = (minute, 0);
        }

        newestMinor += amountMinor;
    }

    /// <summary>
    /// Sum of the approvals within the last <paramref name="windowMinutes"/>; a started minute counts whole.
    /// </summary>
    public long SumWithin(long elapsedSeconds, int windowMinutes)
    {
        var oldest = (elapsedSeconds / 60) - windowMinutes;
        var sum = newestMinute >= oldest ? newestMinor : 0;
        foreach (var (minute, minor) in minutes)
            if (minute >= oldest) sum += minor;
        return sum;
    }

    /// <summary>All minutes that are remembered, oldest first, for a snapshot.</summary>
    public IEnumerable<(long Minute, long SumMinor)> Minutes =>
        newestMinute < 0 ? minutes : minutes.Append((newestMinute, newestMinor));

    public void Restore(long minute, long sumMinor)
    {
        if (newestMinute >= 0) minutes.Enqueue((newestMinute, newestMinor));
        (newestMinute, newestMinor) = (minute, sumMinor);
    }
}
