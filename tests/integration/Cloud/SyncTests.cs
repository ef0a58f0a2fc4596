using System.IO.Compression;
using System.Net;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Cloud;

public sealed class SyncTests(TestCloud cloud) : IClassFixture<TestCloud>
{
    [Fact]
    public async Task The_first_sync_brings_a_policy_and_a_roster_signed_by_the_cloud()
    {
        await cloud.AddAccountAsync("00000000000000c1", 0);
        using var edgeKey = await cloud.AddGatewayAsync(31);
        var (key, enrolled) = await cloud.AddDeviceAsync(31, "00000000000000c1");

        var answer = await cloud.SyncAsync(31, TestCloud.Ask());

        PolicyCodec.TryParse(cloud.Verified(31, MessageKind.Policy, answer.Policy!), out var policy);
        // Another test of this class sets the floor; which comes first is nobody's business.
        var start = new Policy { Version = policy!.Version, Currency = 978 };
        Assert.Equal(PolicyCodec.Encode(start), PolicyCodec.Encode(policy with { FloorMinor = 20_00 }));
        RosterCodec.TryParse(cloud.Verified(31, MessageKind.Roster, answer.Roster!), out var roster);
        var device = Assert.Single(roster!.Devices);
        Assert.Equal((31u, 7u), (roster.Edge, roster.Payee));
        Assert.Equal(key.Public, device.Key);
        Assert.Equal([(TestCloud.Id("00000000000000c1"), 978)], device.Accounts);
        ConfigCodec.TryParse(cloud.Verified(31, MessageKind.Config, device.Config), out var config);
        Assert.Equal((key.Public.Id, 31u, edgeKey.Public), (config!.Kid, config.Edge, config.EdgeKey));
        Assert.Equal(
            device.PasswordHash,
            System.Security.Cryptography.SHA256.HashData(
                [.. device.PasswordSalt, .. System.Text.Encoding.UTF8.GetBytes((string)enrolled["password"]!)]));
        Assert.Equal((1u, 1L, default(Hash)), (answer.Fence, answer.NextRound, answer.HeadRoot));
    }

    [Fact]
    public async Task What_the_gateway_has_is_not_sent_again()
    {
        await cloud.AddGatewayAsync(32);
        var first = await cloud.SyncAsync(32, TestCloud.Ask());
        PolicyCodec.TryParse(cloud.Verified(32, MessageKind.Policy, first.Policy!), out var policy);
        RosterCodec.TryParse(cloud.Verified(32, MessageKind.Roster, first.Roster!), out var roster);

        var known = TestCloud.Ask() with { PolicyVersion = policy!.Version, RosterVersion = roster!.Version };
        var second = await cloud.SyncAsync(32, known);
        await cloud.MakeAsync("/v1/policies", new { floor_minor = 5_00 });
        var third = await cloud.SyncAsync(32, known);

        Assert.Null(second.Policy);
        Assert.Null(second.Roster);
        PolicyCodec.TryParse(cloud.Verified(32, MessageKind.Policy, third.Policy!), out var newer);
        Assert.True(newer!.Version > policy.Version);
        Assert.Equal((5_00, policy.HardCount), (newer.FloorMinor, newer.HardCount));
    }

    [Fact]
    public async Task A_raised_fence_is_told_and_stops_the_leases_of_the_one_before()
    {
        await cloud.AddGatewayAsync(33, floatMinor: 50_00);
        var granted = await cloud.SyncAsync(33, TestCloud.Ask(TestCloud.Want(1, null, 10_00)));
        GrantCodec.TryParse(cloud.Verified(33, MessageKind.Grant, granted.Grants.Single()), out var grant);
        await cloud.QueryAsync<object>(
            "update edge_chain set next_round = 8, head = sha256('x') where edge_id = 33");

        var raised = await cloud.MakeAsync("/v1/gateways/33/fence", new { });
        var answer = await cloud.SyncAsync(33, TestCloud.Ask());

        Assert.Equal(2, (int)raised["fence"]!);
        AckCodec.TryParse(cloud.Verified(33, MessageKind.Fence, answer.FenceOrder!), out var order);
        Assert.Equal(new Ack(33, 2, 7, Hash.Of("x"u8)), order);
        Assert.Equal((2u, 8L, Hash.Of("x"u8)), (answer.Fence, answer.NextRound, answer.HeadRoot));
        Assert.Empty(answer.Grants);
        Assert.Equal([grant!.Lease], answer.LeasesToStop);
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("batches")]
    public async Task Refuses_garbage_and_bodies_that_inflate_beyond_the_limit(string endpoint)
    {
        if (!cloud.Gateways.ContainsKey(34)) await cloud.AddGatewayAsync(34);
        var token = (string)cloud.Gateways[34]["api_key"]!;
        var path = $"/edge/v1/34/{endpoint}";
        using var bomb = new MemoryStream();
        await using (var gzip = new GZipStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var zeros = new byte[1_000_000];
            for (var i = 0; i < 100; i++) await gzip.WriteAsync(zeros);
        }

        var before = GC.GetTotalAllocatedBytes();
        using var inflating = await cloud.PostCborAsync(path, bomb.ToArray(), token, "gzip");
        var allocated = GC.GetTotalAllocatedBytes() - before;
        using var garbage = await cloud.PostCborAsync(path, [0xff, 0x00, 0x13], token);
        using var empty = await cloud.PostCborAsync(path, [], token);
        using var noGzip = await cloud.PostCborAsync(path, [1, 2, 3], token, "gzip");
        using var large = await cloud.PostCborAsync(path, new byte[4 * 1024 * 1024 + 1], token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, inflating.StatusCode);
        Assert.True(allocated < 80_000_000, $"{allocated} bytes were allocated for a body of {bomb.Length}");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        foreach (var refused in (HttpResponseMessage[])[garbage, empty, noGzip])
            Assert.InRange((int)refused.StatusCode, 400, 422);
    }

    [Fact]
    public async Task A_gateways_key_opens_only_its_own_door()
    {
        await cloud.AddGatewayAsync(35);
        await cloud.AddGatewayAsync(36);
        var token = (string)cloud.Gateways[35]["api_key"]!;
        var body = SyncCodec.Encode(TestCloud.Ask());

        using var other = await cloud.PostCborAsync("/edge/v1/36/sync", body, token);
        using var unknown = await cloud.PostCborAsync("/edge/v1/35/sync", body, "mqp_no");
        using var admin = await cloud.PostCborAsync("/edge/v1/35/sync", body, cloud.AdminKey);
        using var publicApi = await cloud.SendAsync(HttpMethod.Get, "/v1/gateways/35", token: token);

        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, admin.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, publicApi.StatusCode);
    }
}
