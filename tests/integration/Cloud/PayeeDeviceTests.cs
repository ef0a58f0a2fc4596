using System.Net;
using System.Text.Json.Nodes;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Cloud;

public sealed class PayeeDeviceTests(TestCloud cloud) : IClassFixture<TestCloud>
{
    [Fact]
    public async Task A_payees_device_captures_and_refunds_and_never_pays()
    {
        if (!cloud.Gateways.ContainsKey(61)) await cloud.AddGatewayAsync(61);
        using var key = SigningKey.Create(SignatureAlgorithm.Es256);

        await cloud.MakeAsync("/v1/devices", new { public_key = TestCloud.Hex(key.Public), edge_id = 61, payee = 7 });

        var view = await cloud.ReadAsync($"/v1/devices/{key.Public.Id}");
        Assert.Equal(
            ["capture", "void", "refund", "confirm", "status"],
            view["operations"]!.AsArray().Select(o => (string)o!));
        Assert.Equal((7, null), ((int)view["payee"]!, view["account_id"]));
        var told = (await cloud.RosterAsync(61)).Devices.Single(device => device.Key.Id == key.Public.Id);
        Assert.Equal((7u, 0), (told.Payee, told.Accounts.Count));
        Assert.Equal(1 << 4 | 1 << 5 | 1 << 7 | 1 << 9 | 1 << 10, told.OperationMask);
    }

    [Theory]
    [InlineData("sale", null, 7, "account_id")]
    [InlineData("capture", null, 8, "payee")]
    [InlineData("capture", "00000000000000f1", 7, "payee")]
    [InlineData("refund", "00000000000000f1", null, "operations")]
    public async Task Nobody_is_enrolled_who_could_pay_himself(
        string operation, string? account, int? payee, string param)
    {
        if (!cloud.Gateways.ContainsKey(61)) await cloud.AddGatewayAsync(61);
        (await cloud.PostAsync("/v1/accounts", new { account_id = "00000000000000f1", currency = 978 })).Dispose();
        using var key = SigningKey.Create(SignatureAlgorithm.Es256);

        using var refused = await cloud.PostAsync("/v1/devices", new
        {
            public_key = TestCloud.Hex(key.Public), account_id = account, edge_id = 61, payee,
            operations = new[] { operation },
        });

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var problem = JsonNode.Parse(await refused.Content.ReadAsStringAsync())!;
        Assert.Equal(param, (string)problem["param"]!);
    }

    [Fact]
    public async Task A_devices_tier_and_attestation_reach_its_gateway()
    {
        await cloud.AddGatewayAsync(62);
        await cloud.AddAccountAsync("00000000000000f2", 0);
        using var key = SigningKey.Create(SignatureAlgorithm.EdDsa);

        await cloud.MakeAsync("/v1/devices", new
        {
            public_key = TestCloud.Hex(key.Public), account_id = "00000000000000f2", edge_id = 62, tier = 3,
            attested = true,
        });

        var told = Assert.Single((await cloud.RosterAsync(62)).Devices);
        Assert.Equal((3, true, 0L, 0u), (told.Tier, told.Attested, told.SequenceFloor, told.Payee));
    }

    [Fact]
    public async Task Everything_that_a_policy_can_say_reaches_a_gateway()
    {
        await cloud.AddGatewayAsync(63);

        await cloud.MakeAsync("/v1/policies", new
        {
            pick_target_basis_points = 100, pick_maximum_basis_points = 2_000, pick_threshold_minor = 5_00,
            online_payees = new[] { 9, 7, 9 }, capturing_payees = new[] { 7 }, reverse_seconds = 60,
            trusted_after = 5, outlier_basis_points = 30_000, refund_day_minor = 100_00,
            tiers = new[]
            {
                new { number = 2, factor_basis_points = 5_000, online_mask = 4, wants_attestation = true },
            },
        });

        var answer = await cloud.SyncAsync(63, TestCloud.Ask());
        PolicyCodec.TryParse(cloud.Verified(63, MessageKind.Policy, answer.Policy!), out var policy);
        Assert.Equal(
            (100, 2_000, 5_00L, 60u, 5, 30_000, 100_00L),
            (policy!.PickTargetBasisPoints, policy.PickMaximumBasisPoints, policy.PickThresholdMinor,
                policy.ReverseSeconds, policy.TrustedAfter, policy.OutlierBasisPoints, policy.RefundDayMinor));
        Assert.Equal([7u, 9u], policy.OnlinePayees);
        Assert.Equal([7u], policy.CapturingPayees);
        Assert.Equal(32, policy.PickKey!.Length);
        Assert.Equal(
            new Tier(2, 5_000, new(default, Evidence.HardCount, default), true, false), Assert.Single(policy.Tiers));
    }

    [Theory]
    [InlineData("""{"pick_key":"00"}""")]
    [InlineData("""{"outlier_basis_points":-1}""")]
    [InlineData("""{"pick_target_basis_points":10001}""")]
    [InlineData("""{"tiers":[{"number":1},{"number":1}]}""")]
    [InlineData("""{"tiers":[{"number":1,"factor_basis_points":10001}]}""")]
    public async Task A_policy_that_no_gateway_could_read_is_not_made(string body)
    {
        using var refused = await cloud.SendAsync(HttpMethod.Post, "/v1/policies", body);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }
}
