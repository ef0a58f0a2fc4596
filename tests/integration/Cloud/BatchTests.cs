using System.IO.Compression;
using System.Net;
using MqttPay.IntegrationTests.Postgres;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Cloud;

public sealed class BatchTests(TestCloud cloud) : IClassFixture<TestCloud>
{
    [Fact]
    public async Task A_batch_is_acknowledged_listed_and_explained()
    {
        var site = await SiteAsync(51, "00000000000000e1");
        var batch = site.Edge.Batch(
            [TestEdge.Happen(new RoundEvent.LeaseOn(site.Lease, 1)),
             TestEdge.Approve(site.Device, site.Device.Sale(1), site.Lease)],
            [TestEdge.Approve(site.Device, site.Device.Sale(2, 5_00), site.Lease),
             TestEdge.Decline(site.Device, site.Device.Sale(3, 900_00))]);

        using var posted = await SubmitAsync(51, batch);
        using var again = await SubmitAsync(51, Zip(batch), "gzip");

        Assert.Equal(HttpStatusCode.OK, posted.StatusCode);
        Assert.Equal("2", posted.Headers.GetValues("Seal-After").Single());
        var ack = await posted.Content.ReadAsByteArrayAsync();
        Assert.Equal(ack, await again.Content.ReadAsByteArrayAsync());
        AckCodec.TryParse(cloud.Verified(51, MessageKind.Ack, ack), out var told);
        Assert.Equal((51u, 1u, 2L), (told!.Edge, told.Fence, told.Round));

        var page = await cloud.ReadAsync("/v1/payments?edge=51");
        Assert.Equal([3_50, 5_00], page["data"]!.AsArray().Select(p => (long)p!["paid_minor"]!));
        Assert.All(page["data"]!.AsArray(), p => Assert.Equal("MATCHED", (string)p!["category"]!));
        Assert.All(page["data"]!.AsArray(), p => Assert.Equal(site.Lease, (long)p!["lease"]!));
        var id = (string)page["data"]![0]!["payment_id"]!;
        var explained = await cloud.ReadAsync($"/v1/payments/pay_{id}");
        Assert.Equal(site.Device.Kid.ToString(), (string)explained["request"]!["kid"]!);
        Assert.Equal([-3_50, 3_50], explained["legs"]!.AsArray().Select(l => (long)l!["amount_minor"]!));
        Assert.True((bool)explained["round"]!["included"]!);
        var declined = await cloud.ReadAsync($"/v1/payments/{site.Device.Kid}-1-3");
        Assert.Equal("decline", (string)declined["place"]!);
        var gateway = await cloud.ReadAsync("/v1/gateways/51");
        Assert.Equal((3, 200_00 - 8_50), ((long)gateway["next_round"]!, (long)gateway["exposure_minor"]!));
    }

    [Fact]
    public async Task Pages_through_payments_without_losing_or_repeating_one()
    {
        var site = await SiteAsync(52, "00000000000000e2");
        var other = await SiteAsync(53, "00000000000000e3");
        for (var batch = 0; batch < 3; batch++)
        {
            var sequence = batch * 3;
            var sales = Enumerable.Range(1, 3).Select(n => site.Device.Sale(sequence + n, n));
            Leaf[] leaves = [.. sales.Select(sale => TestEdge.Approve(site.Device, sale, site.Lease))];
            (await SubmitAsync(52, site.Edge.Batch(leaves))).Dispose();
            (await SubmitAsync(53, other.Edge.Batch(
                [TestEdge.Approve(other.Device, other.Device.Sale(batch + 1), other.Lease)]))).Dispose();
        }

        foreach (var size in (int[])[1, 2, 3, 4, 9, 100])
        {
            var seen = new List<long>();
            for (var path = $"/v1/payments?edge=52&limit={size}"; path is not null;)
            {
                var page = await cloud.ReadAsync(path);
                seen.AddRange(page["data"]!.AsArray().Select(p => (long)p!["seq"]!));
                path = (string?)page["next"] is { } next ? $"/v1/payments?edge=52&limit={size}&after={next}" : null;
            }

            Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], seen);
        }
    }

    [Fact]
    public async Task A_gap_names_the_round_to_go_on_with_and_a_fork_is_told_apart()
    {
        var site = await SiteAsync(54, "00000000000000e4");
        var twin = site.Edge.Copy();
        var first = site.Edge.Batch([TestEdge.Approve(site.Device, site.Device.Sale(1), site.Lease)]);
        var second = site.Edge.Batch([TestEdge.Approve(site.Device, site.Device.Sale(2), site.Lease)]);
        var forked = twin.Batch([TestEdge.Approve(site.Device, site.Device.Sale(9), site.Lease)]);

        using var early = await SubmitAsync(54, second);
        (await SubmitAsync(54, first)).Dispose();
        using var fork = await SubmitAsync(54, forked);

        Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
        HeadMismatch.TryParse(await early.Content.ReadAsByteArrayAsync(), out var gap);
        Assert.Equal(new HeadMismatch(1, default, HeadMismatch.Gap), gap);
        HeadMismatch.TryParse(await fork.Content.ReadAsByteArrayAsync(), out var told);
        Assert.Equal((2L, HeadMismatch.Fork), (told!.NextRound, told.Reason));
        var breaks = await cloud.ReadAsync("/v1/breaks");
        Assert.Contains(breaks["data"]!.AsArray(), b => (string)b!["code"]! == "MP7002");
        var gateway = await cloud.ReadAsync("/v1/gateways/54");
        Assert.Equal(("active", 2), ((string)gateway["state"]!, (int)gateway["fence"]!));
    }

    [Fact]
    public async Task A_batch_of_another_gateway_or_with_false_totals_is_refused_whole()
    {
        var site = await SiteAsync(55, "00000000000000e5");
        await SiteAsync(56, "00000000000000e6");
        var foreign = site.Edge.Copy().Batch([TestEdge.Approve(site.Device, site.Device.Sale(1), site.Lease)]);
        var lying = site.Edge.BatchOf(
            seal => seal with { Totals = [] }, [TestEdge.Approve(site.Device, site.Device.Sale(1), site.Lease)]);

        using var wrongEdge = await SubmitAsync(56, foreign);
        using var wrongTotals = await SubmitAsync(55, lying);

        foreach (var refused in (HttpResponseMessage[])[wrongEdge, wrongTotals])
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        }

        Assert.Equal(1, (long)(await cloud.ReadAsync("/v1/gateways/55"))["next_round"]!);
    }

    [Fact]
    public async Task The_ledger_proves_itself_and_every_record_has_a_category()
    {
        var site = await SiteAsync(57, "00000000000000e7");
        (await SubmitAsync(57, site.Edge.Batch(
            [TestEdge.Approve(site.Device, site.Device.Sale(1, 199_00), site.Lease)],
            [TestEdge.Approve(site.Device, site.Device.Sale(2, 2_00), site.Lease)]))).Dispose();

        var proof = await cloud.ReadAsync("/v1/ledger/prove");
        var balance = await cloud.ReadAsync("/v1/ledger/balance");
        var summary = await cloud.ReadAsync("/v1/recon/summary");

        Assert.True((bool)proof["holds"]!, proof.ToJsonString());
        Assert.Equal(0, (long)proof["sum_minor"]!);
        Assert.NotEmpty(proof["checks"]!.AsArray());
        Assert.Equal(0, balance["lines"]!.AsArray().Sum(line => (long)line!["balance_minor"]!));
        Assert.Equal(0, (long)summary["uncategorised"]!);
        Assert.Equal(
            (long)summary["records"]!,
            summary["by_category"]!.AsObject().Sum(category => (long)category.Value!["count"]!));
        Assert.True((long)summary["by_category"]!["OVER_LEASE"]!["count"]! >= 1);
    }

    /// <summary>A gateway with one device, its account, and a lease of 200.00.</summary>
    private async Task<Site> SiteAsync(uint edge, string account)
    {
        await cloud.AddAccountAsync(account, fundMinor: 500_00);
        var edgeKey = await cloud.AddGatewayAsync(edge);
        var (key, _) = await cloud.AddDeviceAsync(edge, account);
        var answer = await cloud.SyncAsync(edge, TestCloud.Ask(TestCloud.Want(1, account, 200_00)));
        GrantCodec.TryParse(cloud.Verified(edge, MessageKind.Grant, answer.Grants.Single()), out var grant);
        return new(new TestEdge(edge, edgeKey), new TestDevice(edge, key), grant!.Lease);
    }

    private Task<HttpResponseMessage> SubmitAsync(uint edge, byte[] body, string? encoding = null) =>
        cloud.PostCborAsync($"/edge/v1/{edge}/batches", body, (string)cloud.Gateways[edge]["api_key"]!, encoding);

    private static byte[] Zip(byte[] body)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(body);
        return zipped.ToArray();
    }

    private sealed record Site(TestEdge Edge, TestDevice Device, long Lease);
}
