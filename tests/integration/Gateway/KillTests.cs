using MqttPay.FirmwareSim.Demo;
using MqttPay.FirmwareSim.Devices;
using MqttPay.FirmwareSim.Mqtt;
using Xunit;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>The power of the gateway fails again and again while people pay.</summary>
[Collection(OneCloud.Name)]
public sealed class KillTests(SettlementCloud cloud)
{
    private const int DeviceCount = 6;
    private const int Kills = 20;
    private const double PaymentsPerSecond = 40;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_receipt_survives_twenty_kills_byte_for_byte_and_settles_exactly_once()
    {
        await using var site = await EdgeSite.EnrolAsync(cloud, DeviceCount, Cancel);
        await site.StartAsync(Cancel);
        await site.HasLeasesAsync(Cancel);
        var openAtAKill = await PayUnderKillsAsync(site);

        var receipts = ReceiptBook.ReadAll(site.Folder.Devices);
        Assert.True(openAtAKill > 0, "No kill met an open request: nothing was tested.");
        Assert.True(receipts.Count(receipt => receipt.Approved) >= Kills, $"only {receipts.Count} receipts");
        await Task.WhenAll(site.Devices.Select(device => RepeatsAsync(
            site, device, [.. receipts.Where(receipt => receipt.Name.Kid == device.Kid)])));
        await site.SettlesExactlyOnceAsync(receipts, Cancel);
    }

    /// <summary>Returns how many requests were open when the edge was killed, over all kills.</summary>
    private static async Task<int> PayUnderKillsAsync(EdgeSite site)
    {
        var openAtAKill = 0;
        await using var fleet = site.NewFleet();
        await fleet.StartAsync(Cancel);
        await using (Customers.Start(fleet, PaymentsPerSecond, seed: 1, Cancel))
        {
            for (var kill = 1; kill <= Kills; kill++)
            {
                var before = Ended(fleet.Tally);
                await site.UntilAsync(
                    () => Ended(fleet.Tally) > before && fleet.OpenCount > 0, $"a payment ends before kill {kill}",
                    Cancel);
                await site.KillAsync(Cancel);
                openAtAKill += fleet.OpenCount;
                await site.StartAsync(Cancel);
            }
        }

        await site.UntilAsync(() => fleet.OpenCount == 0, "every open request gets its answer", Cancel);
        return openAtAKill;
    }

    private static long Ended(DeviceTally tally) => tally.Approved + tally.Declined;

    /// <summary>Sends every request of a device again and expects its reply again.</summary>
    private static async Task RepeatsAsync(EdgeSite site, DeviceIdentity device, KeptReceipt[] receipts)
    {
        var heard = new Replies();
        await using var link = new DeviceLink(site.Broker, device.Login with { Mqtt5 = true }, TimeProvider.System,
            heard.Hear);
        await site.UntilAsync(() => link.ConnectAsync(Cancel), "the device connects again", Cancel);
        foreach (var receipt in receipts)
        {
            // A PUBACK that says "too busy" is followed by another try: the edge slows down a device that floods.
            await site.UntilAsync(
                () => link.PublishAsync(receipt.Request, Cancel), "a repeat is taken", Cancel);
            await site.UntilAsync(() => heard.FinalOf(receipt.Name) is not null, "a repeat is answered", Cancel);
            Assert.Equal(receipt.Reply, heard.FinalOf(receipt.Name));
        }
    }
}
