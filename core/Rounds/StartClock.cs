namespace MqttPay.Rounds;

/// <summary>
/// How much time passed while the agent was not running. A wrong guess costs sales, never money: time may stop
/// spending and frees nothing.
/// </summary>
public static class StartClock
{
    /// <summary>A longer absence is not believed of a wall clock.</summary>
    public const long PlausibleSecondsMax = 400L * 24 * 3600;

    /// <param name="bootId">Changes with every boot of the machine.</param>
    /// <param name="bootSeconds">Seconds since that boot, suspension included.</param>
    /// <returns>Elapsed seconds now, and whether they are bounded; if not, the edge freezes until the cloud
    /// answers.</returns>
    public static (long ElapsedSeconds, bool Bounded) Resume(EdgeBook book, byte[] bootId, long bootSeconds, uint unix)
    {
        if (book.LastStart is not { } last) return (0, true);
        if (Planted.Is(Bug.P25)) return (0, true);
        if (last.BootId.AsSpan().SequenceEqual(bootId))
            return (Math.Max(
                book.ElapsedSeconds, last.ElapsedSeconds + Math.Max(0, bootSeconds - last.BootSeconds)), true);

        var away = (long)unix - book.Unix;
        return away is >= 0 and <= PlausibleSecondsMax
            ? (book.ElapsedSeconds + away, true)
            : (book.ElapsedSeconds, false);
    }
}
