using System.Reactive.Concurrency;
using MqttPay.FirmwareSim;
using Xunit;

namespace MqttPay.UnitTests.FirmwareSim;

public sealed class TrafficTests
{
    private static readonly TrafficPlan Plan = new(100, TimeSpan.FromSeconds(20), Devices: 50, Seed: 7);

    [Fact]
    public void Steady_traffic_keeps_its_rate_in_every_second()
    {
        var perSecond = Run(Plan with { Pattern = TrafficPattern.Steady })
            .GroupBy(arrival => (int)arrival.At.TotalSeconds).Where(group => group.Key < 20);

        Assert.All(perSecond, group => Assert.InRange(group.Count(), 98, 102));
    }

    [Theory]
    [InlineData(nameof(TrafficPattern.Poisson))]
    [InlineData(nameof(TrafficPattern.Bursty))]
    public void Random_traffic_has_the_rate_on_average(string pattern) =>
        Assert.InRange(Run(Plan with { Pattern = Enum.Parse<TrafficPattern>(pattern) }).Count, 1_800, 2_200);

    [Fact]
    public void Bursts_leave_silence_between_them()
    {
        var seconds = Run(Plan with { Pattern = TrafficPattern.Bursty })
            .Select(arrival => (int)arrival.At.TotalSeconds % 4);

        Assert.All(seconds, second => Assert.Equal(0, second));
    }

    [Fact]
    public void The_same_seed_gives_the_same_arrivals_and_another_seed_others()
    {
        var first = Run(Plan).Select(arrival => arrival.Arrival).ToList();

        Assert.Equal(first, Run(Plan).Select(arrival => arrival.Arrival));
        Assert.NotEqual(first, Run(Plan with { Seed = 8 }).Select(arrival => arrival.Arrival));
    }

    [Fact]
    public void Devices_and_amounts_stay_inside_the_plan()
    {
        var arrivals = Run(Plan with { Uneven = true, SmallestMinor = 10, LargestMinor = 12 });

        Assert.All(arrivals, arrival => Assert.InRange(arrival.Arrival.Device, 0, 49));
        Assert.Equal([10, 11, 12], arrivals.Select(arrival => arrival.Arrival.AmountMinor).Distinct().Order());
    }

    private static List<(TimeSpan At, Arrival Arrival)> Run(TrafficPlan plan)
    {
        var scheduler = new HistoricalScheduler();
        var start = scheduler.Now;
        var arrivals = new List<(TimeSpan, Arrival)>();
        using var running = Traffic.Arrivals(plan, scheduler)
            .Subscribe(arrival => arrivals.Add((scheduler.Now - start, arrival)));
        scheduler.AdvanceBy(plan.Duration + TimeSpan.FromSeconds(1));
        return arrivals;
    }
}
