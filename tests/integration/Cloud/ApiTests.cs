using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace MqttPay.IntegrationTests.Cloud;

public sealed class ApiTests(TestCloud cloud) : IClassFixture<TestCloud>
{
    private const string Body = """{"account_id":"ACCOUNT","currency":978,"fund_minor":100}""";

    [Fact]
    public async Task Asks_for_a_key_and_for_its_scope()
    {
        var reader = (string)(await cloud.MakeAsync("/v1/keys", new { scope = "read" }))["api_key"]!;

        using var none = await cloud.SendAsync(HttpMethod.Get, "/v1/devices", token: "");
        using var wrong = await cloud.SendAsync(HttpMethod.Get, "/v1/devices", token: "mqp_wrong");
        using var reads = await cloud.SendAsync(HttpMethod.Get, "/v1/devices", token: reader);
        using var writes = await cloud.SendAsync(HttpMethod.Post, "/v1/payees", "{}", token: reader);

        Assert.Equal(
            [HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.Forbidden],
            new[] { none.StatusCode, wrong.StatusCode, reads.StatusCode, writes.StatusCode });
        Assert.Equal("MP8004", (string)(await ProblemAsync(none))["code"]!);
        Assert.Equal("MP8005", (string)(await ProblemAsync(writes))["code"]!);
    }

    [Fact]
    public async Task A_repeat_gets_the_stored_bytes_and_does_nothing()
    {
        var body = Body.Replace("ACCOUNT", "00000000000000d1", StringComparison.Ordinal);

        using var first = await cloud.SendAsync(HttpMethod.Post, "/v1/accounts", body, idempotencyKey: "repeat");
        using var second = await cloud.SendAsync(HttpMethod.Post, "/v1/accounts", body, idempotencyKey: "repeat");

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal(await first.Content.ReadAsByteArrayAsync(), await second.Content.ReadAsByteArrayAsync());
        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal("true", second.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(100, (long)(await cloud.ReadAsync("/v1/accounts/00000000000000d1"))["balance_minor"]!);
    }

    [Fact]
    public async Task A_key_stands_for_one_wish()
    {
        var body = Body.Replace("ACCOUNT", "00000000000000d2", StringComparison.Ordinal);
        (await cloud.SendAsync(HttpMethod.Post, "/v1/accounts", body, idempotencyKey: "one-wish")).Dispose();

        using var otherBody = await cloud.SendAsync(
            HttpMethod.Post, "/v1/accounts", body.Replace("100", "200", StringComparison.Ordinal),
            idempotencyKey: "one-wish");
        using var otherPath = await cloud.SendAsync(HttpMethod.Post, "/v1/payees", body, idempotencyKey: "one-wish");
        using var missing = await cloud.SendAsync(HttpMethod.Post, "/v1/accounts", body, idempotencyKey: "");

        Assert.Equal("MP8002", (string)(await ProblemAsync(otherBody))["code"]!);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, otherBody.StatusCode);
        Assert.False(otherPath.IsSuccessStatusCode);
        Assert.Equal("MP8003", (string)(await ProblemAsync(missing))["code"]!);
    }

    [Fact]
    public async Task Twins_have_one_effect_and_one_answer()
    {
        var body = Body.Replace("ACCOUNT", "00000000000000d3", StringComparison.Ordinal);

        var twins = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ =>
            cloud.SendAsync(HttpMethod.Post, "/v1/accounts", body, idempotencyKey: "twins")));

        Assert.All(twins, t => Assert.Equal(HttpStatusCode.OK, t.StatusCode));
        var answers = await Task.WhenAll(twins.Select(t => t.Content.ReadAsStringAsync()));
        Assert.Single(answers.Distinct());
        Assert.Equal(9, twins.Count(t => t.Headers.Contains("Idempotent-Replayed")));
        Assert.Equal(1, await cloud.QueryAsync<long>(
            $"select count(*) from account where kind = 1 and owner_no = {0xd3}"));
    }

    [Fact]
    public async Task A_refused_wish_leaves_its_key_unused()
    {
        using var refused = await cloud.SendAsync(
            HttpMethod.Post, "/v1/payees", """{"payee":0,"currency":978}""", idempotencyKey: "refused");
        using var mended = await cloud.SendAsync(
            HttpMethod.Post, "/v1/payees", """{"payee":70,"currency":978}""", idempotencyKey: "refused");

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, mended.StatusCode);
    }

    [Theory]
    [InlineData("""{"account_id":"00000000000000d4","currency":978,"fund":100}""")]
    [InlineData("""{"account_id":"00000000000000d4","currency":978,"currency":840}""")]
    [InlineData("""{"account_id":"00000000000000d4","currency":"978"}""")]
    [InlineData("""{"account_id":"00000000000000D4","currency":978}""")]
    [InlineData("""{"account_id":"d4","currency":978}""")]
    [InlineData("""{"account_id":"00000000000000d4","currency":978,"fund_minor":1.5}""")]
    [InlineData("""{"account_id":"00000000000000d4","currency":978,"fund_minor":-1}""")]
    [InlineData("""{"account_id":"00000000000000d4","currency":978,"fund_minor":99999999999999999999}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    public async Task Refuses_a_body_that_does_not_say_exactly_what_is_meant(string body)
    {
        using var response = await cloud.SendAsync(HttpMethod.Post, "/v1/accounts", body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await ProblemAsync(response);
        Assert.Equal("MP8007", (string)problem["code"]!);
        Assert.NotEqual("", (string)problem["request_id"]!);
    }

    [Fact]
    public async Task Refuses_a_body_beyond_the_limit_and_a_path_that_is_not_there()
    {
        using var large = await cloud.SendAsync(
            HttpMethod.Post, "/v1/accounts", $$"""{"holder":"{{new string('x', 70_000)}}"}""");
        using var nowhere = await cloud.SendAsync(HttpMethod.Get, "/v1/nothing");
        using var unknown = await cloud.SendAsync(HttpMethod.Get, "/v1/accounts/00000000000000ee");

        Assert.Equal("MP8008", (string)(await ProblemAsync(large))["code"]!);
        Assert.Equal("MP8006", (string)(await ProblemAsync(nowhere))["code"]!);
        Assert.Equal("MP8006", (string)(await ProblemAsync(unknown))["code"]!);
    }

    [Fact]
    public async Task Pages_through_devices_without_losing_or_repeating_one()
    {
        await cloud.AddAccountAsync("00000000000000d5", 0);
        await cloud.AddGatewayAsync(41);
        var enrolled = new List<string>();
        for (var i = 0; i < 5; i++)
            enrolled.Add((string)(await cloud.AddDeviceAsync(41, "00000000000000d5")).Enrolled["kid"]!);

        var seen = new List<string>();
        string? cursor = "0";
        while (cursor is not null)
        {
            var page = await cloud.ReadAsync($"/v1/devices?after={cursor}&limit=2");
            seen.AddRange(page["data"]!.AsArray().Select(d => (string)d!["kid"]!));
            cursor = (string?)page["next"];
        }

        Assert.Equal(enrolled, seen);
    }

    [Fact]
    public async Task The_document_describes_every_route()
    {
        using var response = await cloud.SendAsync(HttpMethod.Get, "/openapi/v1.json", token: "");
        var document = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.StartsWith("3.1", (string)document["openapi"]!, StringComparison.Ordinal);
        var described = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(verb => $"{verb.Key} {path.Key}"))
            .ToHashSet();
        var served = cloud.Routes.Where(route => !route.Contains("/openapi/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(served);
        Assert.All(served, route => Assert.Contains(route, described));
    }

    [Fact]
    public async Task Is_alive_and_ready_for_anybody_who_asks()
    {
        using var live = await cloud.SendAsync(HttpMethod.Get, "/livez", token: "");
        using var ready = await cloud.SendAsync(HttpMethod.Get, "/readyz", token: "");

        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal("ok", (string)JsonNode.Parse(await ready.Content.ReadAsStringAsync())!["state"]!);
    }

    private static async Task<JsonNode> ProblemAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }
}
