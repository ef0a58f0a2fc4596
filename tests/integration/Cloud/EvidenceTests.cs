using System.Net;
using System.Text.Json;
using MqttPay.CloudSync;
using MqttPay.CloudSync.Reports;
using MqttPay.CloudSync.Verbs;
using MqttPay.Host.Signatures;
using MqttPay.IntegrationTests.Postgres;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Cloud;

public sealed class EvidenceTests(TestCloud cloud) : IClassFixture<TestCloud>
{
    [Fact]
    public async Task A_clone_is_proved_by_two_messages_and_a_public_key_alone()
    {
        var site = await TestSite.CreateAsync(cloud, 91, "00000000000000a1");
        await site.PostAsync([site.Sale(1)]);
        await site.PostAsync([site.Sale(1, 9_00)]);

        var file = await FileOfAsync("MP7005", "record");

        Assert.Equal("mqttpay-clone-evidence/1", file.Kind);
        Assert.Equal(site.Device.PublicKey, file.PublicKey);
        Assert.Equal(0, await VerifyAsync(file));
        Assert.Equal(3, await VerifyAsync(file with { Second = file.First }));
        Assert.Equal(3, await VerifyAsync(file with { Second = file.Second[..^2] + Flipped(file.Second[^2..]) }));
        using var stranger = SigningKey.Create(SignatureAlgorithm.EdDsa);
        Assert.Equal(3, await VerifyAsync(file with { PublicKey = TestCloud.Hex(stranger.Public) }));
        Assert.Equal(3, await VerifyAsync(file with { Kind = "mqttpay-fork-evidence/1" }));
    }

    [Fact]
    public async Task A_conflict_that_the_gateway_saw_and_two_vouchers_of_one_tick_are_proofs_too()
    {
        var site = await TestSite.CreateAsync(cloud, 92, "00000000000000a2");
        var (one, other) = (site.Device.Sign(site.Device.Sale(5, 1)), site.Device.Sign(site.Device.Sale(5, 2)));
        await site.PostAsync([
            TestEdge.Approve(site.Device, site.Device.Auth(1, 20_00), site.Lease),
            TestEdge.Happen(new RoundEvent.Conflict(one, other)),
            TestEdge.Happen(new RoundEvent.VoucherKept(site.Device.Sign(site.Device.Voucher(1, 3, 4_00)))),
            TestEdge.Happen(new RoundEvent.VoucherKept(site.Device.Sign(site.Device.Voucher(1, 3, 5_00))))]);

        var breaks = (await cloud.ReadAsync("/v1/breaks?limit=1000"))["data"]!.AsArray()
            .Where(b => (string)b!["code"]! == "MP7005").Select(b => (long)b!["break_id"]!).ToList();
        var files = new List<EvidenceFile>();
        foreach (var id in breaks) files.Add(await FileAsync(id));

        var own = files.Where(file => file.PublicKey == site.Device.PublicKey).ToList();
        Assert.Equal(2, own.Count);
        foreach (var file in own) Assert.Equal(0, await VerifyAsync(file));
    }

    [Fact]
    public async Task A_fork_is_proved_by_two_headers_of_the_edge()
    {
        var site = await TestSite.CreateAsync(cloud, 93, "00000000000000a3");
        var twin = site.Edge.Copy();
        await site.PostAsync([site.Sale(1)]);
        (await site.SubmitAsync(twin.Batch([site.Sale(2)]))).Dispose();

        var file = await FileOfAsync("MP7002", "chain");

        Assert.Equal(("mqttpay-fork-evidence/1", site.Edge.PublicKey), (file.Kind, file.PublicKey));
        Assert.Equal(0, await VerifyAsync(file));
        Assert.Equal(3, await VerifyAsync(file with { First = file.Second }));
    }

    [Fact]
    public async Task What_two_messages_do_not_prove_has_no_evidence()
    {
        var site = await TestSite.CreateAsync(cloud, 94, "00000000000000a4");
        await site.PostAsync([site.Sale(1, 300_00)]);
        var page = await cloud.ReadAsync("/v1/breaks?limit=1000");
        var overLease = page["data"]!.AsArray().First(b => (string)b!["code"]! == "MP7008");

        using var none = await cloud.SendAsync(HttpMethod.Get, $"/v1/breaks/{overLease!["break_id"]}/evidence");

        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    private async Task<EvidenceFile> FileOfAsync(string code, string subject)
    {
        var page = await cloud.ReadAsync("/v1/breaks?limit=1000");
        var found = page["data"]!.AsArray()
            .Last(b => (string)b!["code"]! == code && (string)b["subject"]! == subject);
        return await FileAsync((long)found!["break_id"]!);
    }

    private async Task<EvidenceFile> FileAsync(long breakId)
    {
        var json = await cloud.ReadAsync($"/v1/breaks/{breakId}/evidence");
        return json.Deserialize<EvidenceFile>(ApiJson.Options)!;
    }

    /// <summary>As anybody would: a file and the program, no database.</summary>
    private static async Task<int> VerifyAsync(EvidenceFile file)
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(
                path, JsonSerializer.Serialize(file, ApiJson.Options), TestContext.Current.CancellationToken);
            return await CloudCommands.Create().RunAsync(["evidence", "verify", path]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Flipped(string hex) => hex == "00" ? "01" : "00";
}
