using System.Net;
using MqttPay.FirmwareSim;
using MqttPay.Payments;
using Xunit;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>An edge and a real cloud that gives it a new fence.</summary>
[Collection(OneCloud.Name)]
public sealed class FenceTests(SettlementCloud cloud)
{
    private const int DeviceCount = 2;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_edge_restored_from_an_old_backup_approves_nothing_until_its_order_and_then_goes_on()
    {
        await using var uplink = new Relay(IPEndPoint.Parse(cloud.Address.Authority), TimeProvider.System);
        await using var site = await StartedAsync(new($"http://{uplink.Address}"));
        var tappers = site.Devices.Select(device => new Tapper(site, device)).ToArray();
        await ApproveAsync(tappers);
        await site.StopAsync();
        using var backup = new FolderCopy(site.Folder.Edge);
        await site.StartAsync(Cancel);
        await ApproveAsync(tappers);
        await ApproveAsync(tappers);
        await UploadedAsync(site);
        await site.StopAsync();
        backup.Restore();
        uplink.Set(RelayMode.Reset);

        // Without a link a device's newer receipt is what tells.
        await site.StartAsync(Cancel);
        Assert.Equal("00, hint 18", await tappers[0].TryAsync(50, tappers[0].Receipt));
        Assert.Equal("00, hint 18", await tappers[1].TryAsync(50));
        uplink.Set(RelayMode.Pass);

        await FenceAsync(site, fence: 2);
        foreach (var tapper in tappers)
            Assert.Equal(DecisionCode.Approved, (await tapper.FinishAsync()).Decision.Code);   // The same bytes.
        await UploadedAsync(site);
        await site.UntilAsync(
            async () => (await site.ReadLogAsync(Cancel)).Contains("[5036]", StringComparison.Ordinal),
            "the lost rounds are with the cloud", Cancel);
        Assert.Empty(await cloud.LedgerFaultsAsync(Cancel));
        Assert.Equal(2u, (await site.StatusAsync(Cancel))!.Fence);
    }

    [Fact]
    public async Task The_cloud_alone_finds_a_restored_backup_and_no_payment_is_approved_in_between()
    {
        await using var site = await StartedAsync();
        var tappers = site.Devices.Select(device => new Tapper(site, device)).ToArray();
        await site.StopAsync();
        using var backup = new FolderCopy(site.Folder.Edge);
        await site.StartAsync(Cancel);
        await ApproveAsync(tappers);
        await UploadedAsync(site);
        await site.StopAsync();
        backup.Restore();

        await site.StartAsync(Cancel);

        await FenceAsync(site, fence: 2);
        await ApproveAsync(tappers);
        await UploadedAsync(site);
        Assert.Empty(await cloud.LedgerFaultsAsync(Cancel));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_operators_new_fence_reaches_a_healthy_edge_also_when_it_is_killed_over_it(bool killed)
    {
        await using var site = await StartedAsync();
        var tappers = site.Devices.Select(device => new Tapper(site, device)).ToArray();
        await ApproveAsync(tappers);
        var port = site.Broker.Address.Port;

        await cloud.Api.PostAsync($"/v1/gateways/{site.Number}/fence", new { }, Cancel);
        if (killed)
        {
            await site.UntilAsync(() => Directory.Exists(Path.Combine(site.Folder.Edge, "fences"))
                && Directory.EnumerateFiles(Path.Combine(site.Folder.Edge, "fences"), "*.cose").Any(),
                "the order is on disk", Cancel);
            await site.KillAsync(Cancel);
            await site.StartAsync(Cancel);
        }

        await FenceAsync(site, fence: 2);
        if (!killed) Assert.Equal(port, site.Broker.Address.Port);
        await ApproveAsync(tappers);
        await UploadedAsync(site);
        await site.KillAsync(Cancel);
        await site.StartAsync(Cancel);
        Assert.Equal(2u, (await site.StatusAsync(Cancel))!.Fence);
        await ApproveAsync(tappers);
        await UploadedAsync(site);
        Assert.Empty(await cloud.LedgerFaultsAsync(Cancel));
    }

    private async Task<EdgeSite> StartedAsync(Uri? uplink = null)
    {
        var site = await EdgeSite.EnrolAsync(cloud, DeviceCount, Cancel, uplink);
        await site.StartAsync(Cancel);
        await site.HasLeasesAsync(Cancel);
        return site;
    }

    private static async Task ApproveAsync(IEnumerable<Tapper> tappers)
    {
        foreach (var tapper in tappers)
            Assert.Equal(DecisionCode.Approved, (await tapper.SaleAsync(50)).Decision.Code);
    }

    /// <summary>The edge works under a fence and has leases of it.</summary>
    private static Task FenceAsync(EdgeSite site, uint fence) => site.UntilAsync(
        async () => await site.StatusAsync(Cancel) is { Frozen: null } status && status.Fence == fence
                && status.Leases.Sum(sum => sum.Active) >= DeviceCount,
            $"the edge works under fence {fence}", Cancel);

    private static Task UploadedAsync(EdgeSite site) => site.UntilAsync(
        async () => await site.StatusAsync(Cancel) is { } status && status.Outbox.Records == 0,
        "the outbox is empty", Cancel);
}
