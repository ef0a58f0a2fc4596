using MqttPay.EdgeAgent.Http;
using Xunit;

namespace MqttPay.UnitTests.EdgeAgent.Http;

public sealed class HealthTests
{
    private const long Mega = 1L << 20;

    internal static AgentStatus Well { get; } = new()
    {
        Edge = 40213,
        Fence = 1,
        Incarnation = 2,
        Round = 90,
        Watermark = 88,
        Online = false,
        ContactSecondsAgo = 86_400,
        SafeUntil = new(7_200, SafeUntil.Value),
        Leases = [new(978, 2, 0, 100_00, 50_00, 10_00, 9_00, 3_600)],
        Outbox = new(3, 1, 900, 60, 88, 90, null, [new(89, 90, 3)]),
        Approved = 26,
        Declined = new Dictionary<string, long> { ["over_floor"] = 1 },
        Hints = new Dictionary<string, long>(),
        Refused = new Dictionary<string, long>(),
        Repeats = 0,
        ExposureMinor = 12_00,
        DiskFreeBytes = 2_000 * Mega,
        DiskFloorBytes = 512 * Mega,
        JournalBytes = 61 * Mega,
        CacheState = "following",
        CacheLag = 0,
        Unix = 1_790_000_000,
        ElapsedSeconds = 90_000,
        ClockBounded = true,
    };

    [Fact]
    public void A_long_outage_is_a_normal_state() => AssertLevel(HealthLevel.Ok, Well);

    [Fact]
    public void A_frozen_edge_is_not_ready() =>
        AssertLevel(HealthLevel.Unready, Well with { Frozen = "rollback" }, "frozen");

    [Fact]
    public void A_journal_that_refuses_is_not_ready() =>
        AssertLevel(HealthLevel.Unready, Well with { JournalRefusal = "disk" }, "journal");

    [Fact]
    public void Without_anything_to_spend_it_is_not_ready() =>
        AssertLevel(HealthLevel.Unready, Well with { Leases = [] }, "lease");

    [Fact]
    public void A_fifth_left_is_well_and_a_cent_less_is_degraded()
    {
        AssertLevel(HealthLevel.Ok, Well with { Leases = [new(978, 1, 0, 100_00, 20_00, 0, 0, 1)] });
        AssertLevel(HealthLevel.Degraded, Well with { Leases = [new(978, 1, 0, 100_00, 19_99, 0, 0, 1)] }, "lease");
    }

    [Fact]
    public void Disk_at_twice_the_floor_is_well_below_it_degraded_and_below_the_floor_not_ready()
    {
        AssertLevel(HealthLevel.Ok, Well with { DiskFreeBytes = 1024 * Mega });
        AssertLevel(HealthLevel.Degraded, Well with { DiskFreeBytes = (1024 * Mega) - 1 }, "disk");
        AssertLevel(HealthLevel.Degraded, Well with { DiskFreeBytes = 512 * Mega }, "disk");
        AssertLevel(HealthLevel.Unready, Well with { DiskFreeBytes = (512 * Mega) - 1 }, "disk");
    }

    [Fact]
    public void A_quarantined_batch_is_degraded() =>
        AssertLevel(HealthLevel.Degraded, Well with { Outbox = Well.Outbox with { Quarantine = "root" } }, "outbox");

    [Fact]
    public void A_cache_behind_or_away_is_degraded_and_never_more()
    {
        AssertLevel(HealthLevel.Ok, Well with { CacheLag = 10_000 });
        AssertLevel(HealthLevel.Degraded, Well with { CacheLag = 10_001 }, "cache");
        AssertLevel(HealthLevel.Degraded, Well with { CacheState = "off" }, "cache");
    }

    [Fact]
    public void Half_of_the_value_timed_out_ends_safety()
    {
        var safe = SafeUntil.Of([(60_00, 7_200), (30_00, 600), (10_00, 60)], 0, 0, 0);

        Assert.Equal(new SafeUntil(7_200, SafeUntil.Time), safe);
        Assert.Equal(600, SafeUntil.Of([(50_00, 7_200), (40_00, 600), (10_00, 60)], 0, 0, 0)!.Seconds);
    }

    [Fact]
    public void Value_or_disk_running_out_earlier_ends_it_and_says_so()
    {
        (long, long)[] leases = [(100_00, 86_400)];

        Assert.Equal(new SafeUntil(7_200, SafeUntil.Value), SafeUntil.Of(leases, 50_00, 1_000, 1));
        Assert.Equal(new SafeUntil(3_600, SafeUntil.Disk), SafeUntil.Of(leases, 50_00, 1_000, 1_000));
        Assert.Null(SafeUntil.Of([(0, 100), (5, 0)], 1, 1, 1));
    }

    private static void AssertLevel(HealthLevel level, AgentStatus status, string? check = null)
    {
        var checks = Health.Of(status);
        Assert.Equal(level, Health.Worst(checks));
        if (check is not null) Assert.Equal(check, Assert.Single(checks, each => each.Level == level).Name);
    }
}
