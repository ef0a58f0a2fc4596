using System.Text.Json;
using MqttPay.FirmwareSim.Demo;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>An edge gets a new key while it works.</summary>
[Collection(OneCloud.Name)]
public sealed class KeyRotationTests(SettlementCloud cloud)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_key_signs_when_the_cloud_has_told_the_devices_and_what_the_old_one_signed_settles()
    {
        await using var site = await EdgeSite.EnrolAsync(cloud, devices: 1, Cancel);
        await site.StartAsync(Cancel);
        await site.HasLeasesAsync(Cancel);
        var tapper = new Tapper(site, site.Devices[0]);
        await ApproveAsync(tapper);
        var (before, oldKid) = (tapper.Message, SignerOf(tapper));
        var reply = tapper.Reply;

        var made = await RotateAsync(site);
        Assert.Equal(made, await RotateAsync(site));   // The same again until it is used.
        await ApproveAsync(tapper);
        Assert.Equal(oldKid, SignerOf(tapper));   // Nobody knows the new one yet.
        await cloud.Api.PostAsync($"/v1/gateways/{site.Number}/keys", new { PublicKey = made.Key }, Cancel);
        await site.UntilAsync(
            async () =>
            {
                await ApproveAsync(tapper);
                return SignerOf(tapper) == made.Kid;
            },
            "the new key signs", Cancel);

        Assert.NotEqual(oldKid, made.Kid);
        Assert.Equal(reply, await tapper.RepeatAsync(before));   // As the old key signed it, byte for byte.
        await site.KillAsync(Cancel);
        await site.StartAsync(Cancel);
        await ApproveAsync(tapper);
        Assert.Equal(made.Kid, SignerOf(tapper));
        Assert.Equal(reply, await tapper.RepeatAsync(before));
        await site.SettledAsync(tapper.Receipt!.Value.Round, Cancel);
        Assert.Empty(await cloud.LedgerFaultsAsync(Cancel));
        Assert.NotEqual(made, await RotateAsync(site));   // Used: the next one is a third.
    }

    private static async Task<(string Kid, string Key)> RotateAsync(EdgeSite site)
    {
        var output = await ChildProcess.RunAsync(
            Executables.Edge, ["key", "rotate", "--data", site.Folder.Edge, "--json"], null, Cancel);
        using var made = JsonDocument.Parse(output);
        return (
            made.RootElement.GetProperty("kid").GetString()!, made.RootElement.GetProperty("public_key").GetString()!);
    }

    private static async Task ApproveAsync(Tapper tapper) =>
        Assert.Equal(DecisionCode.Approved, (await tapper.SaleAsync(1)).Decision.Code);

    private static string SignerOf(Tapper tapper)
    {
        Assert.Equal(WireError.None, ReplyCodec.TryParse(tapper.Reply, out var reply));
        Assert.Equal(WireError.None, CoseSign1.TryParse(((Reply.Final)reply!).SignedRound, out var envelope));
        return envelope.Kid.ToString();
    }
}
