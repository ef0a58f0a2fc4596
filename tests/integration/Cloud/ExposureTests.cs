using System.Net;
using MqttPay.IntegrationTests.Postgres;
using Xunit;

namespace MqttPay.IntegrationTests.Cloud;

public sealed class ExposureTests(TestCloud cloud) : IClassFixture<TestCloud>
{
    [Fact]
    public async Task The_worst_loss_is_told_of_the_fleet_a_gateway_and_an_account()
    {
        var site = await TestSite.CreateAsync(cloud, 101, "00000000000000a1");
        var other = await TestSite.CreateAsync(cloud, 102, "00000000000000a2");
        await site.PostAsync([
            site.Sale(1, 50_00), TestEdge.Approve(site.Device, site.Device.Held(2, 30_00), site.Lease)]);

        var gateway = await cloud.ReadAsync("/v1/exposure/gateways/101");
        var account = await cloud.ReadAsync($"/v1/exposure/accounts/{site.Account}");
        var fleet = await cloud.ReadAsync("/v1/exposure");

        var line = gateway["total"]![0]!;
        Assert.Equal(
            (1, 150_00, 0, 30_00, 120_00, 0, 150_00),
            ((long)line["leases"]!, (long)line["leased_minor"]!, (long)line["float_minor"]!,
                (long)line["held_minor"]!, (long)line["unposted_minor"]!, (long)line["reclaimed_minor"]!,
                (long)line["worst_loss_minor"]!));
        Assert.Equal(site.Account, (string)gateway["parts"]![0]!["account_id"]!);
        Assert.Equal(150_00, (long)account["total"]![0]!["worst_loss_minor"]!);
        Assert.Equal(101, (int)account["parts"]![0]!["edge_id"]!);
        Assert.Equal(
            fleet["parts"]!.AsArray().Sum(part => (long)part!["line"]!["worst_loss_minor"]!),
            (long)fleet["total"]![0]!["worst_loss_minor"]!);
        Assert.Contains(fleet["parts"]!.AsArray(), part => (uint)part!["edge_id"]! == other.Edge.Edge);
        using var nobody = await cloud.SendAsync(HttpMethod.Get, "/v1/exposure/gateways/999");
        Assert.Equal(HttpStatusCode.NotFound, nobody.StatusCode);
    }

    [Fact]
    public async Task A_reclaimed_gateway_can_lose_nothing_more()
    {
        var site = await TestSite.CreateAsync(cloud, 103, "00000000000000a3");
        await site.PostAsync([site.Sale(1, 50_00)]);

        var lease = await cloud.MakeAsync($"/v1/leases/{site.Lease}/reclaim", new { });
        var gateway = await cloud.MakeAsync("/v1/gateways/103/reclaim", new { });

        Assert.Equal((150_00, 2), ((long)lease["returned_minor"]!, (int)lease["fence"]!));
        Assert.Equal((0, 2), ((long)gateway["returned_minor"]!, (int)gateway["fence"]!));
        var line = (await cloud.ReadAsync("/v1/exposure/gateways/103"))["total"]![0]!;
        Assert.Equal((0, 150_00), ((long)line["worst_loss_minor"]!, (long)line["reclaimed_minor"]!));
        var account = await cloud.ReadAsync($"/v1/accounts/{site.Account}");
        Assert.Equal((450_00, 0), ((long)account["available_minor"]!, (long)account["leased_minor"]!));
        var answer = await site.SyncAsync(site.Edge);
        Assert.Equal([site.Lease], answer.LeasesToStop);
        Assert.Equal((2u, 1L), (site.OrderOf(answer).Fence, site.OrderOf(answer).Round));
        Assert.True((bool)(await cloud.ReadAsync("/v1/ledger/prove"))["holds"]!);
    }

    [Fact]
    public async Task Later_funds_are_booked_once_for_each_wish()
    {
        await cloud.AddAccountAsync("00000000000000a9", fundMinor: 1_00);

        await cloud.MakeAsync("/v1/accounts/00000000000000a9/funds", new { amount_minor = 2_00 });
        var view = await cloud.MakeAsync("/v1/accounts/00000000000000a9/funds", new { amount_minor = 3_00 });
        using var nothing = await cloud.PostAsync("/v1/accounts/00000000000000a9/funds", new { amount_minor = 0 });
        using var nobody = await cloud.PostAsync("/v1/accounts/00000000000000ae/funds", new { amount_minor = 1 });

        Assert.Equal((6_00, 0), ((long)view["balance_minor"]!, (long)view["debt_minor"]!));
        Assert.Equal(
            (HttpStatusCode.BadRequest, HttpStatusCode.NotFound), (nothing.StatusCode, nobody.StatusCode));
    }
}
