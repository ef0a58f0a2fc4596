using MqttPay.IntegrationTests.Postgres;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Cloud;

/// <summary>A gateway with one device, its account of 500.00, and a lease of 200.00.</summary>
internal sealed record TestSite(TestCloud Cloud, TestEdge Edge, TestDevice Device, string Account, long Lease)
{
    public static async Task<TestSite> CreateAsync(TestCloud cloud, uint number, string account)
    {
        await cloud.AddAccountAsync(account, fundMinor: 500_00);
        var edgeKey = await cloud.AddGatewayAsync(number);
        var (key, _) = await cloud.AddDeviceAsync(number, account);
        var answer = await cloud.SyncAsync(number, TestCloud.Ask(TestCloud.Want(1, account, 200_00)));
        GrantCodec.TryParse(cloud.Verified(number, MessageKind.Grant, answer.Grants.Single()), out var grant);
        return new(cloud, new TestEdge(number, edgeKey), new TestDevice(number, key), account, grant!.Lease);
    }

    public Task<HttpResponseMessage> SubmitAsync(byte[] body, string door = "batches") => Cloud.PostCborAsync(
        $"/edge/v1/{Edge.Edge}/{door}", body, (string)Cloud.Gateways[Edge.Edge]["api_key"]!);

    /// <summary>Posts a batch that must be accepted.</summary>
    public async Task PostAsync(params IReadOnlyList<Leaf>[] rounds)
    {
        using var answer = await SubmitAsync(Edge.Batch(rounds));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public Leaf Sale(long sequence, long amountMinor = 3_50) =>
        TestEdge.Approve(Device, Device.Sale(sequence, amountMinor), Lease);

    /// <summary>A sync as the edge would send it now.</summary>
    public Task<SyncAnswer> SyncAsync(TestEdge edge, params LeaseAsk[] asks) => Cloud.SyncAsync(
        edge.Edge, new(edge.Fence, edge.Incarnation, 0, 0, 0, asks, edge.Round, edge.Root));

    public Ack OrderOf(SyncAnswer answer)
    {
        AckCodec.TryParse(Cloud.Verified(Edge.Edge, MessageKind.Fence, answer.FenceOrder!), out var order);
        return order!;
    }
}
