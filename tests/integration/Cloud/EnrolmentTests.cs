using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MqttPay.Host.Signatures;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Cloud;

public sealed class EnrolmentTests(TestCloud cloud) : IClassFixture<TestCloud>
{
    [Fact]
    public async Task Enrols_an_account_a_payee_a_gateway_and_a_device()
    {
        var account = await cloud.AddAccountAsync("00000000000000a1", fundMinor: 50_00, creditMinor: 10_00);
        await cloud.AddGatewayAsync(11, floatMinor: 50_00);
        var (key, enrolled) = await cloud.AddDeviceAsync(11, "00000000000000a1");

        Assert.Equal(50_00, (long)account["balance_minor"]!);
        Assert.Equal(60_00, (long)account["available_minor"]!);
        Assert.Equal(key.Public.Id.ToString(), (string)enrolled["kid"]!);
        Assert.Equal(32, ((string)enrolled["password"]!).Length);
        var device = await cloud.ReadAsync($"/v1/devices/{key.Public.Id}");
        Assert.Equal("00000000000000a1", (string)device["account_id"]!);
        Assert.Equal(
            ["sale", "auth", "increment", "void", "reverse", "voucher", "status"],
            device["operations"]!.AsArray().Select(o => (string)o!));
        var gateway = await cloud.ReadAsync("/v1/gateways/11");
        Assert.Equal(1, (long)gateway["next_round"]!);
        Assert.Equal(0, await cloud.QueryAsync<long>(
            "select count(*) from (select 1 from account group by currency having sum(balance_minor) <> 0) x"));
    }

    [Fact]
    public async Task Stores_only_hashes_of_the_secrets_that_it_tells()
    {
        await cloud.AddAccountAsync("00000000000000a2", 0);
        await cloud.AddGatewayAsync(12);
        var (_, enrolled) = await cloud.AddDeviceAsync(12, "00000000000000a2");

        var apiKey = (string)cloud.Gateways[12]["api_key"]!;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(apiKey)));
        Assert.Equal(1, await cloud.QueryAsync<long>($"select count(*) from api_key where hash = '\\x{hash}'"));
        var password = (string)enrolled["password"]!;
        Assert.Equal(1, await cloud.QueryAsync<long>(
            $"""
            select count(*) from device_login join device using (device_id)
            where kid = '\x{enrolled["kid"]}' and password_hash = sha256(password_salt || '{password}'::bytea)
            """));
        foreach (var secret in (string[])[apiKey, password])
        {
            var inAnswers = $"select count(*) from idempotency where position('{secret}'::bytea in body) > 0";
            Assert.Equal(0, await cloud.QueryAsync<long>(inAnswers));
        }
    }

    [Fact]
    public async Task Refuses_a_key_that_is_enrolled()
    {
        await cloud.AddAccountAsync("00000000000000a3", 0);
        await cloud.AddGatewayAsync(13);
        var (key, _) = await cloud.AddDeviceAsync(13, "00000000000000a3");

        using var again = await cloud.PostAsync(
            "/v1/devices",
            new { public_key = TestCloud.Hex(key.Public), account_id = "00000000000000a3", edge_id = 13 });

        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Equal("MP8011", await CodeOfAsync(again));
    }

    [Theory]
    [InlineData("a4010220012158200000000000000000000000000000000000000000000000000000000000000001" +
        "2258200000000000000000000000000000000000000000000000000000000000000001", "off the curve")]
    [InlineData("a3010120062158200000000000000000000000000000000000000000000000000000000000000000", "of small order")]
    [InlineData("a3010120062158200100000000000000000000000000000000000000000000000000000000000000", "neutral")]
    [InlineData("a3010120062158", "cut short")]
    [InlineData("nothex", "no hex")]
    public async Task Refuses_a_key_that_can_verify_nothing(string publicKey, string why)
    {
        using var response = await cloud.PostAsync(
            "/v1/gateways", new { edge_id = 99, public_key = publicKey, payee = 7, currency = 978 });

        Assert.True(response.StatusCode == HttpStatusCode.BadRequest, why);
        Assert.Equal("MP8007", await CodeOfAsync(response));
    }

    [Theory]
    [InlineData("refund", "operations")]
    [InlineData("teleport", "operations")]
    public async Task Refuses_operations_that_a_payer_must_not_have(string operation, string param)
    {
        await cloud.PostAsync("/v1/accounts", new { account_id = "00000000000000a4", currency = 978 });
        if (!cloud.Gateways.ContainsKey(14)) await cloud.AddGatewayAsync(14);
        using var key = SigningKey.Create(SignatureAlgorithm.Es256);

        using var response = await cloud.PostAsync("/v1/devices", new
        {
            public_key = TestCloud.Hex(key.Public),
            account_id = "00000000000000a4",
            edge_id = 14,
            operations = new[] { "sale", operation },
        });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal(param, (string)problem["param"]!);
    }

    [Fact]
    public async Task Answers_each_line_of_an_import_by_itself()
    {
        await cloud.AddAccountAsync("00000000000000a5", 0);
        await cloud.AddGatewayAsync(15);
        using var first = SigningKey.Create(SignatureAlgorithm.EdDsa);
        using var last = SigningKey.Create(SignatureAlgorithm.Es256);
        string Line(SigningKey key, string account) =>
            $$"""{"public_key":"{{TestCloud.Hex(key.Public)}}","account_id":"{{account}}","edge_id":15}""";
        var lines = string.Join('\n',
            Line(first, "00000000000000a5"),
            "not json",
            Line(first, "00000000000000a5"),
            Line(last, "00000000000000ff"),
            """{"public_key":"00","account_id":"00000000000000a5","edge_id":15,"spelling":1}""",
            Line(last, "00000000000000a5"));

        using var response = await cloud.SendAsync(
            HttpMethod.Post, "/v1/devices/import", lines, mediaType: "application/x-ndjson");

        var answers = (await response.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n')
            .Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(6, answers.Count);
        Assert.Equal(first.Public.Id.ToString(), (string)answers[0]["kid"]!);
        Assert.Equal(last.Public.Id.ToString(), (string)answers[5]["kid"]!);
        Assert.Equal([2, 3, 4, 5], answers[1..5].Select(a => (int)a["line"]!));
        Assert.Equal(
            ["MP8007", "MP8011", "MP8007", "MP8007"], answers[1..5].Select(a => (string)a["error"]!["code"]!));
    }

    [Fact]
    public async Task A_revoked_key_is_on_the_next_deny_list_and_marked_in_the_roster()
    {
        await cloud.AddAccountAsync("00000000000000a6", 0);
        await cloud.AddGatewayAsync(16);
        var (key, _) = await cloud.AddDeviceAsync(16, "00000000000000a6");
        var before = await cloud.SyncAsync(16, TestCloud.Ask());

        var revoked = await cloud.MakeAsync($"/v1/devices/{key.Public.Id}/revoke", new { });
        var again = await cloud.MakeAsync($"/v1/devices/{key.Public.Id}/revoke", new { });

        Assert.Equal((long)revoked["deny_version"]!, (long)again["deny_version"]!);
        var after = await cloud.SyncAsync(16, TestCloud.Ask());
        DenyListCodec.TryParse(cloud.Verified(16, MessageKind.DenyList, after.DenyList!), out var denied);
        Assert.Contains(key.Public.Id, denied!.Keys);
        RosterCodec.TryParse(cloud.Verified(16, MessageKind.Roster, before.Roster!), out var first);
        RosterCodec.TryParse(cloud.Verified(16, MessageKind.Roster, after.Roster!), out var second);
        Assert.Equal(RosterDevice.Active, first!.Devices.Single().Status);
        Assert.Equal(RosterDevice.Revoked, second!.Devices.Single().Status);
        Assert.True(second.Version > first.Version);
    }

    private static async Task<string> CodeOfAsync(HttpResponseMessage response) =>
        (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["code"]!;
}
