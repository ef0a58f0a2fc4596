using System.Net;
using MqttPay.CloudSync;
using MqttPay.CloudSync.Documents;
using MqttPay.CloudSync.Enrolment;
using MqttPay.Host.Signatures;
using MqttPay.IntegrationTests.Postgres;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Cloud;

/// <summary>Keys that change hands in order, and keys that were found in two.</summary>
public sealed class KeyTests(TestCloud cloud) : IClassFixture<TestCloud>
{
    [Fact]
    public async Task A_devices_successor_pays_from_the_same_account_while_the_old_key_goes_on()
    {
        var site = await TestSite.CreateAsync(cloud, 81, "00000000000000a1");
        var key = SigningKey.Create(SignatureAlgorithm.Es256);

        var enrolled = await RotateAsync(site.Device.Kid, key, 3_600);

        Assert.Equal(key.Public.Id.ToString(), (string)enrolled["kid"]!);
        Assert.Equal(32, ((string)enrolled["password"]!).Length);
        var old = await cloud.ReadAsync($"/v1/devices/{site.Device.Kid}");
        Assert.Equal(("rotating", key.Public.Id.ToString()), ((string)old["state"]!, (string)old["successor"]!));
        var roster = await cloud.RosterAsync(81);
        Assert.Equal(2, roster.Devices.Count);
        Assert.All(
            roster.Devices, device => Assert.Equal(TestCloud.Id(site.Account), device.Accounts.Single().Account));
        var successor = new TestDevice(81, key);
        await site.PostAsync([
            site.Sale(1), TestEdge.Approve(successor, successor.Sale(1), site.Lease)]);
        Assert.Equal(["MATCHED", "MATCHED"], await CategoriesAsync(81));
    }

    [Fact]
    public async Task A_retired_key_is_denied_and_what_it_signed_before_still_settles()
    {
        var site = await TestSite.CreateAsync(cloud, 82, "00000000000000a2");
        using var key = SigningKey.Create(SignatureAlgorithm.Es256);
        await RotateAsync(site.Device.Kid, key, 0);

        using var signer = new DocumentSigner(await CloudKey.OpenAsync(
            new CloudOptions { Data = cloud.Data }, cloud.Database, TimeProvider.System,
            TestContext.Current.CancellationToken));
        var denials = new DenyBook(signer);
        var keys = new DeviceKeys(
            cloud.Database, new DeviceBook(signer, denials, TimeProvider.System), denials, signer, TimeProvider.System);
        await keys.RetireAsync(TestContext.Current.CancellationToken);

        site.Edge.Unix -= 60;
        await site.PostAsync([site.Sale(1)]);
        var answer = await site.SyncAsync(site.Edge);
        DenyListCodec.TryParse(cloud.Verified(82, MessageKind.DenyList, answer.DenyList!), out var denied);
        Assert.Contains(site.Device.Kid, denied!.Keys);
        Assert.Equal(["MATCHED"], await CategoriesAsync(82));
        var view = await cloud.ReadAsync($"/v1/devices/{site.Device.Kid}");
        Assert.Equal(("revoked", "retired"), ((string)view["state"]!, (string)view["revoked_for"]!));
    }

    [Fact]
    public async Task A_key_has_one_successor_and_a_revoked_one_has_none()
    {
        var site = await TestSite.CreateAsync(cloud, 83, "00000000000000a3");
        using var first = SigningKey.Create(SignatureAlgorithm.Es256);
        using var second = SigningKey.Create(SignatureAlgorithm.Es256);
        await RotateAsync(site.Device.Kid, first, 60);

        using var again = await cloud.PostAsync(
            $"/v1/devices/{site.Device.Kid}/rotate", new { public_key = TestCloud.Hex(second.Public) });
        await cloud.MakeAsync($"/v1/devices/{first.Public.Id}/revoke", new { });
        using var revoked = await cloud.PostAsync(
            $"/v1/devices/{first.Public.Id}/rotate", new { public_key = TestCloud.Hex(second.Public) });

        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, revoked.StatusCode);
    }

    [Fact]
    public async Task Rounds_in_flight_settle_under_the_old_gateway_key_and_new_ones_under_the_new()
    {
        var site = await TestSite.CreateAsync(cloud, 84, "00000000000000a4");
        using var key = SigningKey.Create(SignatureAlgorithm.Es256);
        var before = await cloud.RosterAsync(84);

        await cloud.MakeAsync(
            "/v1/gateways/84/keys", new { public_key = TestCloud.Hex(key.Public), overlap_seconds = 0 });
        await site.PostAsync([site.Sale(1)]);
        var renewed = site.Edge.WithKey(key);
        using var posted = await site.SubmitAsync(renewed.Batch([site.Sale(2)]));

        Assert.Equal(HttpStatusCode.OK, posted.StatusCode);
        Assert.Equal(["MATCHED", "MATCHED"], await CategoriesAsync(84));
        var explained = await cloud.ReadAsync($"/v1/payments/{site.Device.Kid}-1-1");
        Assert.Equal("valid", (string)explained["round"]!["signature"]!);
        var after = await cloud.RosterAsync(84);
        var (old, told) = (ConfigOf(84, before), ConfigOf(84, after));
        Assert.Equal((key.Public, old.Version + 1), (told.EdgeKey, told.Version));
    }

    [Fact]
    public async Task A_gateways_old_key_signs_nothing_after_its_time_and_the_new_one_nothing_before()
    {
        var site = await TestSite.CreateAsync(cloud, 85, "00000000000000a5");
        using var key = SigningKey.Create(SignatureAlgorithm.Es256);
        var now = site.Edge.Unix;
        await cloud.MakeAsync(
            "/v1/gateways/85/keys", new { public_key = TestCloud.Hex(key.Public), overlap_seconds = 0 });

        var late = site.Edge.Copy();
        late.Unix = now + 1_000;
        var early = site.Edge.WithKey(key);
        early.Unix = now - 1_000;
        using var tooLate = await site.SubmitAsync(late.Batch([site.Sale(1)]));
        using var tooEarly = await site.SubmitAsync(early.Batch([site.Sale(1)]));

        Assert.Equal(
            (HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity),
            (tooLate.StatusCode, tooEarly.StatusCode));
        Assert.Equal(1, (long)(await cloud.ReadAsync("/v1/gateways/85"))["next_round"]!);
    }

    [Fact]
    public async Task A_clone_is_denied_proved_to_anybody_and_comes_back_under_a_new_epoch()
    {
        var site = await TestSite.CreateAsync(cloud, 86, "00000000000000a6");
        await site.PostAsync([site.Sale(1)]);
        await site.PostAsync([site.Sale(1, 9_00)]);
        Assert.Equal("cloned", (string)(await cloud.ReadAsync($"/v1/devices/{site.Device.Kid}"))["revoked_for"]!);

        var view = await cloud.MakeAsync($"/v1/devices/{site.Device.Kid}/reinstate", new { });
        using var again = await cloud.PostAsync($"/v1/devices/{site.Device.Kid}/reinstate", new { });

        Assert.Equal(("active", 2), ((string)view["state"]!, (int)view["epoch"]!));
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        var answer = await site.SyncAsync(site.Edge);
        DenyListCodec.TryParse(cloud.Verified(86, MessageKind.DenyList, answer.DenyList!), out var denied);
        Assert.DoesNotContain(site.Device.Kid, denied!.Keys);
        RosterCodec.TryParse(cloud.Verified(86, MessageKind.Roster, answer.Roster!), out var roster);
        Assert.Equal((2u, 2u), (roster!.Devices.Single().Epoch, ConfigOf(86, roster).Epoch));
        var sale = site.Device.Sale(1) with { Epoch = 2 };
        await site.PostAsync([TestEdge.Approve(site.Device, sale, site.Lease)]);
        Assert.Equal(["MATCHED", "MATCHED"], await CategoriesAsync(86));
    }

    private Task<System.Text.Json.Nodes.JsonNode> RotateAsync(KeyId kid, SigningKey key, long overlapSeconds) =>
        cloud.MakeAsync(
            $"/v1/devices/{kid}/rotate",
            new { public_key = TestCloud.Hex(key.Public), overlap_seconds = overlapSeconds });

    private DeviceConfig ConfigOf(uint edge, Roster roster)
    {
        var config = cloud.Verified(edge, MessageKind.Config, roster.Devices.Single().Config);
        Assert.Equal(WireError.None, ConfigCodec.TryParse(config, out var read));
        return read!;
    }

    private async Task<IEnumerable<string>> CategoriesAsync(uint edge) =>
        (await cloud.ReadAsync($"/v1/payments?edge={edge}"))["data"]!.AsArray().Select(p => (string)p!["category"]!);
}
