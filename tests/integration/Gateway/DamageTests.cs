using System.Globalization;
using System.Net;
using System.Text.Json;
using MqttPay.FirmwareSim;
using MqttPay.FirmwareSim.Devices;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>Somebody spoiled what the gateway has on disk while it was off.</summary>
[Collection(OneCloud.Name)]
public sealed class DamageTests(SettlementCloud cloud)
{
    private const int DeviceCount = 2;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_flipped_byte_inside_the_journal_freezes_the_edge_and_the_log_says_what_to_do()
    {
        await using var site = await PaidSiteAsync();
        await site.KillAsync(Cancel);
        Flip(NewestSegment(site));

        var ready = await site.StartAsync(Cancel);

        Assert.Equal("Journal", ready.GetProperty("frozen").GetString());
        await AnswersFrozenAsync(site);
        var log = await site.ReadLogAsync(Cancel);
        Assert.Contains("the journal is damaged, approvals stop", log, StringComparison.Ordinal);
        Assert.Contains("keep the files", log, StringComparison.Ordinal);
        Assert.Contains("new fence", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_journal_is_proved_by_the_cache_and_freezes_the_edge()
    {
        await using var uplink = new Relay(IPEndPoint.Parse(cloud.Address.Authority), TimeProvider.System);
        await using var site = await PaidSiteAsync(new($"http://{uplink.Address}"));
        await site.StopAsync();
        Directory.Delete(Path.Combine(site.Folder.Edge, "journal"), recursive: true);
        uplink.Set(RelayMode.Reset);

        var ready = await site.StartAsync(Cancel);

        Assert.Equal("Journal", ready.GetProperty("frozen").GetString());

        // Asked by a device that shows no receipt, so that nothing else proves it.
        var sale = HandMade.Sale(site.Devices[0], site.Number, sequence: 100, amountMinor: 10);
        using var probe = await WireProbe.OpenAsync(site.Broker.Address, site.Devices[0]);
        await site.UntilAsync(
            async () =>
            {
                var answer = await probe.SendAsync(Topics.Request(site.Devices[0].Kid), sale, awaitReply: false);
                Assert.DoesNotContain("code", answer, StringComparison.Ordinal);
                return answer == "00, hint 18";
            },
            "the edge is frozen", Cancel);
        await AnswersFrozenAsync(site);
    }

    [Fact]
    public async Task A_deleted_journal_is_proved_by_the_cloud_which_gives_a_new_fence()
    {
        await using var site = await PaidSiteAsync();
        await site.StopAsync();
        Directory.Delete(Path.Combine(site.Folder.Edge, "journal"), recursive: true);
        Directory.Delete(Path.Combine(site.Folder.Edge, "cache"), recursive: true);

        await site.StartAsync(Cancel);

        await site.UntilAsync(
            async () => await site.StatusAsync(Cancel) is { Fence: 2, Frozen: null }, "the edge has its fence", Cancel);
        await using (var fleet = site.NewFleet())
        {
            await fleet.StartAsync(Cancel);
            await site.UntilAsync(() => fleet.ReadyCount == DeviceCount, "all devices may pay", Cancel);
            await site.HasLeasesAsync(Cancel);
            foreach (var device in fleet.Devices) device.Ask(Wish.Sale(60));
            await site.UntilAsync(() => fleet.Tally.Approved == DeviceCount, "payments go on", Cancel);
        }

        await site.SettlesExactlyOnceAsync(ReceiptBook.ReadAll(site.Folder.Devices), Cancel);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lost_or_spoiled_cache_stops_no_payment(bool spoiled)
    {
        await using var site = await PaidSiteAsync();
        await site.StopAsync();
        var cache = Path.Combine(site.Folder.Edge, "cache");
        Directory.Delete(cache, recursive: true);
        if (spoiled) await FillWithGarbageAsync(cache);

        var ready = await site.StartAsync(Cancel);

        Assert.Equal(JsonValueKind.Null, ready.GetProperty("frozen").ValueKind);
        await using (var fleet = site.NewFleet())
        {
            await fleet.StartAsync(Cancel);
            await site.UntilAsync(() => fleet.ReadyCount == DeviceCount, "all devices may pay", Cancel);
            foreach (var device in fleet.Devices) device.Ask(Wish.Sale(150));
            await site.UntilAsync(() => fleet.Tally.Approved == DeviceCount, "payments go on", Cancel);
        }

        await site.SettlesExactlyOnceAsync(ReceiptBook.ReadAll(site.Folder.Devices), Cancel);
    }

    /// <summary>A gateway at which every device has paid three times, with all of it in the cloud.</summary>
    private async Task<EdgeSite> PaidSiteAsync(Uri? uplink = null)
    {
        var site = await EdgeSite.EnrolAsync(cloud, DeviceCount, Cancel, uplink);
        await site.StartAsync(Cancel);
        await site.HasLeasesAsync(Cancel);
        await using (var fleet = site.NewFleet())
        {
            await fleet.StartAsync(Cancel);
            for (var turn = 1; turn <= 3; turn++)
            {
                await site.UntilAsync(() => fleet.ReadyCount == DeviceCount, "all devices may pay", Cancel);
                foreach (var device in fleet.Devices) device.Ask(Wish.Sale(50));
                await site.UntilAsync(() => fleet.Tally.Approved == turn * DeviceCount, "all devices paid", Cancel);
            }
        }

        await site.SettlesExactlyOnceAsync(ReceiptBook.ReadAll(site.Folder.Devices), Cancel);
        return site;
    }

    /// <summary>A device that wants to pay hears hint 18, and nothing that it could take for a decision.</summary>
    private static async Task AnswersFrozenAsync(EdgeSite site)
    {
        await using var fleet = site.NewFleet();
        await fleet.StartAsync(Cancel);
        await site.UntilAsync(() => fleet.ReadyCount == DeviceCount, "the devices connect to the frozen edge", Cancel);
        foreach (var device in fleet.Devices) device.Ask(Wish.Sale(10));
        await site.UntilAsync(
            () => fleet.Tally.Hints.GetValueOrDefault(DecisionCode.EdgeFrozen) >= DeviceCount,
            "every device hears that the edge is frozen", Cancel);
        Assert.Equal(0, fleet.Tally.Approved + fleet.Tally.Declined);
        Assert.Equal(DeviceCount, fleet.OpenCount);
    }

    private static string NewestSegment(EdgeSite site) =>
        Directory.EnumerateFiles(Path.Combine(site.Folder.Edge, "journal"), "*.seg", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != "spare.seg")
            .MaxBy(file => long.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture))!;

    /// <summary>In the middle of what is written; what is behind it in the file are zeros.</summary>
    private static void Flip(string segment)
    {
        var bytes = File.ReadAllBytes(segment);
        var written = Array.FindLastIndex(bytes, one => one != 0) + 1;
        bytes[written / 2] ^= 0x10;
        File.WriteAllBytes(segment, bytes);
    }

    private static async Task FillWithGarbageAsync(string cache)
    {
        Directory.CreateDirectory(cache);
        foreach (var name in new[] { "state", "edge.db", "edge-log.db" })
        {
            var garbage = new byte[20_000];
            Random.Shared.NextBytes(garbage);
            await File.WriteAllBytesAsync(Path.Combine(cache, name), garbage, Cancel);
        }
    }
}
