namespace MqttPay.EdgeAgent.Http;

/// <summary>One check of <c>/readyz</c>.</summary>
internal sealed record HealthCheck(string Name, HealthLevel Level, string Detail);

internal enum HealthLevel
{
    Ok = 1,
    Degraded = 2,
    Unready = 3,
}

/// <summary>May the edge accept payments? The link is shown and never counts: offline is a normal state.</summary>
internal static class Health
{
    private const long CacheLagMax = 10_000;

    public static IReadOnlyList<HealthCheck> Of(AgentStatus status) =>
    [
        Journal(status), Frozen(status), Lease(status), Clock(status), Disk(status), Outbox(status), Cache(status),
        new("link", HealthLevel.Ok, (status.Online, status.ContactSecondsAgo) switch
        {
            (true, _) => "online",
            (false, null) => "offline, never in contact",
            (false, { } seconds) => $"offline, last contact {seconds} s ago",
        }),
    ];

    public static HealthLevel Worst(IEnumerable<HealthCheck> checks) => checks.Max(check => check.Level);

    private static HealthCheck Journal(AgentStatus status) => status.JournalRefusal is { } reason
        ? new("journal", HealthLevel.Unready, reason)
        : new("journal", HealthLevel.Ok, $"round {status.Round}");

    private static HealthCheck Frozen(AgentStatus status) => status.Frozen is { } cause
        ? new("frozen", HealthLevel.Unready, cause)
        : new("frozen", HealthLevel.Ok, "no");

    private static HealthCheck Lease(AgentStatus status)
    {
        var spendable = status.Leases.Where(sum => sum.RemainingMinor > 0 || sum.FloatRemainingMinor > 0).ToArray();
        if (spendable.Length == 0) return new("lease", HealthLevel.Unready, "nothing to spend");
        var low = spendable.Any(sum => sum.RemainingMinor < sum.LimitMinor - (sum.LimitMinor / 5 * 4));
        return low
            ? new("lease", HealthLevel.Degraded, "more than 80 % is spent")
            : new("lease", HealthLevel.Ok, "spendable");
    }

    private static HealthCheck Clock(AgentStatus status) => status.ClockBounded
        ? new("clock", HealthLevel.Ok, "bounded")
        : new("clock", HealthLevel.Degraded, "restarted and not yet in contact");

    private static HealthCheck Disk(AgentStatus status)
    {
        var level = status.DiskFreeBytes < status.DiskFloorBytes ? HealthLevel.Unready
            : status.DiskFreeBytes / 2 < status.DiskFloorBytes ? HealthLevel.Degraded
            : HealthLevel.Ok;
        return new("disk", level, $"{status.DiskFreeBytes} bytes free, floor {status.DiskFloorBytes}");
    }

    private static HealthCheck Outbox(AgentStatus status) => status.Outbox.Quarantine is { } reason
        ? new("outbox", HealthLevel.Degraded, $"quarantined: {reason}")
        : new("outbox", HealthLevel.Ok, $"{status.Outbox.Records} records");

    private static HealthCheck Cache(AgentStatus status)
    {
        var isWell = status.CacheState is "following" && status.CacheLag <= CacheLagMax;
        var level = isWell ? HealthLevel.Ok : HealthLevel.Degraded;
        return new("cache", level, $"{status.CacheState}, lag {status.CacheLag}");
    }
}
