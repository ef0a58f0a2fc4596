using System.Globalization;
using System.Net;
using MqttPay.FirmwareSim;
using MqttPay.Payments;
using Xunit;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>What a payment waits for when a rule wants the cloud: never longer than the budget.</summary>
[Collection(OneCloud.Name)]
public sealed class AskLatencyTests(SettlementCloud cloud)
{
    private const int DeviceCount = 10;
    private const int Taps = 40;
    private const int BreakerOpensAfter = 10;
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(250);

    /// <summary>For a machine that does other things too.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(250);

    private readonly List<Tapper> tappers = [];
    private int next;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_tap_waits_longer_than_the_budget_whatever_the_cloud_does()
    {
        await using var uplink = new Relay(IPEndPoint.Parse(cloud.Address.Authority), TimeProvider.System);
        await using var site = await EdgeSite.EnrolAsync(
            cloud, DeviceCount, Cancel, new($"http://{uplink.Address}"));
        await AskAlwaysAsync();
        await site.StartAsync(Cancel);
        await site.HasLeasesAsync(Cancel);
        foreach (var device in site.Devices) tappers.Add(new(site, device));

        await UntilTapsAskAsync(site);
        var fast = await TapAsync("a fast cloud", Taps);
        Assert.True(fast.Count(tap => tap.Evidence.HasFlag(Evidence.AskedOk)) >= Taps / 2, "a fast cloud was heard");

        uplink.Delay = TimeSpan.FromMilliseconds(50);   // Each way.
        var slow = await TapAsync("a cloud 100 ms away", Taps);
        Assert.All(slow, tap => Assert.True(tap.Took >= TimeSpan.FromMilliseconds(90), $"{tap.Took}"));
        uplink.Delay = TimeSpan.Zero;

        await site.StopAsync();   // A breaker that has seen nothing: what went well before would count for 30 s.
        await site.StartAsync(Cancel);
        await UntilTapsAskAsync(site);
        uplink.Set(RelayMode.BlackHole);
        var hanging = new List<Tap>();
        await site.UntilAsync(
            async () =>
            {
                hanging.AddRange(await TapAsync(null, 1));
                return (await site.ReadLogAsync(Cancel))
                    .Contains("is not asked inside payments", StringComparison.Ordinal);
            },
            "the breaker opens", Cancel);
        Print("a cloud that hangs, until the breaker opens", hanging);
        var open = await TapAsync("the same with the breaker open", Taps);

        uplink.Set(RelayMode.Reset);
        var offline = await TapAsync("offline", Taps);

        var longest = offline.Max(tap => tap.Took) + Budget + Slack;
        Assert.All(
            [.. fast, .. slow, .. hanging],
            tap => Assert.True(tap.Took <= longest, $"{tap.Took} > {longest}"));
        Assert.All(hanging, tap => Assert.True(tap.Evidence.HasFlag(Evidence.AskedFailed), tap.Evidence.ToString()));
        Assert.InRange(hanging.Count, BreakerOpensAfter / 2, 4 * BreakerOpensAfter);

        // With the breaker open nobody waits for the cloud: as fast as offline, which the budget is far above.
        Assert.True(At(open, 50) < Budget / 2, $"{At(open, 50)}");
        Assert.All(open, tap => Assert.True(tap.Took <= offline.Max(each => each.Took) + Slack, $"{tap.Took}"));
        Assert.All(
            [.. fast, .. slow, .. hanging, .. open, .. offline],
            tap => Assert.Equal(DecisionCode.Approved, tap.Code));
    }

    /// <summary>Every payment is drawn for a question; unreachable is no reason to decline.</summary>
    private async Task AskAlwaysAsync() => await cloud.Api.PostAsync(
        "/v1/policies",
        new
        {
            Currency = 978,
            FloorMinor = 50_00,
            SoftCount = 500,
            HardCount = 1_000,
            SoftCumulativeMinor = 500_00,
            HardCumulativeMinor = 1_000_00,
            AccountDayMinor = 500_00,
            PayeeMinor = 100_000_00,
            EdgeExposureMinor = 100_000_00,
            PickTargetBasisPoints = 10_000,
            PickMaximumBasisPoints = 10_000,
            PickThresholdMinor = 10_00,
        },
        Cancel);

    /// <summary>The policy is in force and the cloud has answered once.</summary>
    private Task UntilTapsAskAsync(EdgeSite site) => site.UntilAsync(
        async () => (await TapAsync(null, 1))[0].Evidence.HasFlag(Evidence.AskedOk | Evidence.RandomPick),
        "a payment is asked about", Cancel);

    private async Task<List<Tap>> TapAsync(string? what, int count)
    {
        var taps = new List<Tap>();
        for (; count > 0; count--)
        {
            var (decision, took) = await tappers[next++ % tappers.Count].SaleAsync(1);
            taps.Add(new(decision.Code, decision.Evidence, took));
        }

        if (what is not null) Print(what, taps);
        return taps;
    }

    private static void Print(string what, List<Tap> taps) => TestContext.Current.TestOutputHelper!.WriteLine(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {taps.Count} taps, p50 {At(taps, 50).TotalMilliseconds:0.0} ms, "
            + $"p99 {At(taps, 99).TotalMilliseconds:0.0} ms, "
            + $"max {taps.Max(tap => tap.Took).TotalMilliseconds:0.0} ms"));

    private static TimeSpan At(List<Tap> taps, int percent) =>
        taps.Select(tap => tap.Took).Order().ElementAt(Math.Min(taps.Count - 1, taps.Count * percent / 100));

    private sealed record Tap(DecisionCode Code, Evidence Evidence, TimeSpan Took);
}
