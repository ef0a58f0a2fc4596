namespace MqttPay.EdgeAgent.Http;

/// <summary>How long an edge may expect to go on approving alone, and what ends it.</summary>
internal sealed record SafeUntil(long Seconds, string Cause)
{
    public const string Time = "lease time ends", Value = "value runs out", Disk = "disk at its floor";

    /// <summary>
    /// The first of: half of the spendable value has timed out; it is used up at the last hour's rate; the disk is at
    /// its floor at the last hour's rate. Null when there is nothing to spend.
    /// </summary>
    /// <param name="leases">Remaining minor units and seconds of spending time of each active lease.</param>
    public static SafeUntil? Of(
        IReadOnlyList<(long RemainingMinor, long SecondsLeft)> leases, long spentLastHourMinor, long bytesAboveFloor,
        long bytesLastHour)
    {
        var spendable = leases.Where(lease => lease is { RemainingMinor: > 0, SecondsLeft: > 0 })
            .OrderBy(lease => lease.SecondsLeft).ToArray();
        if (spendable.Length == 0) return null;

        var total = spendable.Sum(lease => lease.RemainingMinor);
        var gone = 0L;
        var first = new SafeUntil(
            spendable.First(lease => (gone += lease.RemainingMinor) >= total - (total / 2)).SecondsLeft, Time);
        if (At(total, spentLastHourMinor) is { } value && value < first.Seconds) first = new(value, Value);
        if (At(bytesAboveFloor, bytesLastHour) is { } disk && disk < first.Seconds) first = new(disk, Disk);
        return first;
    }

    private static long? At(long left, long perHour) =>
        perHour <= 0 ? null : (long)Int128.Min((Int128)Math.Max(0, left) * 3600 / perHour, long.MaxValue);
}
