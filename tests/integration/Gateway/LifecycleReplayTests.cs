using System.Text.Json;
using MqttPay.FirmwareSim.Demo;
using MqttPay.FirmwareSim.Devices;
using MqttPay.Host.Evidence;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>A day with every operation; afterwards everything in the journal is decided once more.</summary>
[Collection(OneCloud.Name)]
public sealed class LifecycleReplayTests(SettlementCloud cloud)
{
    private static readonly string[] PayerOperations =
        ["sale", "auth", "increment", "void", "reverse", "voucher", "status"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_decision_of_a_whole_run_comes_out_the_same_again()
    {
        await using var site = await EdgeSite.EnrolAsync(cloud, devices: 2, Cancel);
        var (payerDevice, account) = await EnrolPayerAsync(site);
        using var shopKey = SigningKey.Create(SignatureAlgorithm.EdDsa);
        var enrolled = await cloud.Api.PostAsync(
            "/v1/devices",
            new
            {
                PublicKey = Convert.ToHexStringLower(shopKey.Public.ToCoseKey()), EdgeId = site.Number,
                Payee = site.Number,
            },
            Cancel);
        var shopDevice = new DeviceIdentity(
            shopKey, enrolled.GetProperty("password").GetString()!, default, Mqtt5: true);
        await site.StartAsync(Cancel);
        await site.HasLeasesAsync([account], Cancel);
        var (payer, shop) = (new Tapper(site, payerDevice), new Tapper(site, shopDevice));
        Assert.Equal(DecisionCode.NotPermitted, (await shop.DoAsync(Operation.Sale, 1_00)).Code);   // And listens now.

        foreach (var amount in new long[] { 20, 1, 60_00 }) await payer.SaleAsync(amount);   // Over the floor.
        var auth = await ApprovedAsync(payer, Operation.Auth, 1_00);
        await ApprovedAsync(payer, Operation.Increment, 50, own: auth.Sequence);
        for (var tick = 1u; tick <= 3; tick++)
            Assert.Equal("00, silence", await payer.VoucherAsync(auth, tick, amountMinor: 10 * tick));
        await ApprovedAsync(shop, Operation.Capture, 1_20, about: auth);
        Assert.InRange(shop.Notices, 1, 2);   // Of the AUTH; of its increment, too.
        Assert.Equal(DecisionCode.HoldClosed, (await shop.DoAsync(Operation.Capture, 1_00, about: auth)).Code);
        var voided = await ApprovedAsync(payer, Operation.Auth, 30);
        await ApprovedAsync(payer, Operation.Void, 0, own: voided.Sequence);
        var reversed = await ApprovedAsync(payer, Operation.Sale, 20);
        await ApprovedAsync(payer, Operation.Reverse, 0, own: reversed.Sequence);
        var confirmed = await ApprovedAsync(payer, Operation.Sale, 40, flags: RequestFlags.Confirm);
        await ApprovedAsync(shop, Operation.Confirm, 40, about: confirmed);
        await ApprovedAsync(shop, Operation.Refund, 10, about: confirmed);
        Assert.Equal(DecisionCode.CaptureExceeds, (await shop.DoAsync(Operation.Refund, 40, about: confirmed)).Code);
        await payer.SaleAsync(7);
        Assert.Equal("00, hint 10", await payer.CloneAsync());
        var denied = (await payer.SaleAsync(1)).Decision.Code;   // Here at once; by the cloud as soon as it has heard.
        Assert.True(denied is DecisionCode.DenyListed or DecisionCode.DeviceRevoked, denied.ToString());
        await site.StopAsync();

        using var replay = JsonDocument.Parse(
            await EdgeAsync("decision", "replay", "--data", site.Folder.Edge, "--json"));
        Assert.Empty(replay.RootElement.GetProperty("differences").EnumerateArray());
        Assert.Equal(0, replay.RootElement.GetProperty("unknown").GetInt32());
        Assert.InRange(replay.RootElement.GetProperty("same").GetInt32(), 17, 19);
        using var last = JsonDocument.Parse(
            await EdgeAsync("decision", "replay", "--data", site.Folder.Edge, "--json", "--from", "1000000"));
        Assert.Equal(0, last.RootElement.GetProperty("same").GetInt32());

        var file = Path.Combine(site.Folder.Root, "clone.json");
        await EdgeAsync(
            "evidence", "export", "--data", site.Folder.Edge, "--kid", payerDevice.Kid.ToString(), "--out", file);
        Assert.StartsWith("PROVEN", await EdgeAsync("evidence", "verify", file), StringComparison.Ordinal);
        var evidence = CloneEvidence.TryRead(await File.ReadAllTextAsync(file, Cancel))!;
        await File.WriteAllTextAsync(file, (evidence with { Second = evidence.First }).ToJson(), Cancel);
        var refused = await Assert.ThrowsAsync<MqttPay.Host.Cli.VerbException>(
            () => EdgeAsync("evidence", "verify", file));
        Assert.Contains("ended with 3", refused.Message, StringComparison.Ordinal);
        payerDevice.Key.Dispose();
    }

    private async Task<(DeviceIdentity Device, string Account)> EnrolPayerAsync(EdgeSite site)
    {
        var key = SigningKey.Create(SignatureAlgorithm.Es256);
        var account = new AccountId((ulong)Random.Shared.NextInt64(1, long.MaxValue)).ToString();
        await cloud.Api.PostAsync(
            "/v1/accounts", new { AccountId = account, DemoOptions.Currency, FundMinor = 300_00 }, Cancel);
        var device = await cloud.Api.PostAsync(
            "/v1/devices",
            new
            {
                PublicKey = Convert.ToHexStringLower(key.Public.ToCoseKey()), AccountId = account,
                EdgeId = site.Number, Operations = PayerOperations,
            },
            Cancel);
        var password = device.GetProperty("password").GetString()!;
        return (new(key, password, AccountId.Read(Convert.FromHexString(account)), Mqtt5: true), account);
    }

    private static async Task<RequestName> ApprovedAsync(
        Tapper tapper, Operation operation, long amountMinor, long? own = null, RequestName? about = null,
        RequestFlags flags = RequestFlags.None)
    {
        Assert.Equal(DecisionCode.Approved, (await tapper.DoAsync(operation, amountMinor, own, about, flags)).Code);
        return tapper.Name;
    }

    private static Task<string> EdgeAsync(params string[] arguments) =>
        ChildProcess.RunAsync(Executables.Edge, arguments, null, Cancel);
}
