using MqttPay.FirmwareSim;
using MqttPay.FirmwareSim.Devices;
using MqttPay.FirmwareSim.Mqtt;
using MqttPay.Host.Signatures;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>The edge as a client of somebody else's broker.</summary>
[Collection(OneCloud.Name)]
public sealed class ForeignBrokerTests(SettlementCloud cloud)
{
    private const int DeviceCount = 4;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Payments_behind_mosquitto_survive_its_death_and_duplicates_settle_once()
    {
        await using var site = await EdgeSite.EnrolAsync(cloud, DeviceCount, Cancel);
        using var stranger = SigningKey.Create(SignatureAlgorithm.EdDsa);
        var strange = new DeviceIdentity(stranger, "never-enrolled", default, Mqtt5: true);
        await using var broker = await GuardedMosquitto.StartAsync(
            site.Folder.Broker,
            site.Devices.Append(strange).ToDictionary(device => device.Kid.ToString(), device => device.Password),
            Cancel);
        site.Broker.Address = broker.Address;
        await site.StartAsync(Cancel, broker.AgentUrl);
        await site.HasLeasesAsync(Cancel);

        await using (var fleet = site.NewFleet())
        {
            await fleet.StartAsync(Cancel);
            await PayAsync(site, fleet, Wish.Sale(100), "before the broker dies");
            await DuplicateAsync(site, fleet);

            // The requests leave while nobody is there to carry the answers: they wait in the devices.
            await site.UntilAsync(() => fleet.ReadyCount == DeviceCount, "all devices may pay", Cancel);
            var killed = broker.KillAndRestartAsync(Cancel);
            foreach (var device in fleet.Devices) device.Ask(Wish.Sale(200));
            await killed;
            await site.UntilAsync(
                () => fleet.Tally.Approved == 2 * DeviceCount, "the sales around the broker's death are approved",
                Cancel);
            await PayAsync(site, fleet, Wish.Sale(50), "after the broker came back");
            await DuplicateAsync(site, fleet);
        }

        await StrangerGetsNoAnswerAsync(site, strange);
        var receipts = ReceiptBook.ReadAll(site.Folder.Devices);
        Assert.Equal(3 * DeviceCount, receipts.Count(receipt => receipt.Approved));
        await site.SettlesExactlyOnceAsync(receipts, Cancel);
    }

    private static async Task PayAsync(EdgeSite site, Fleet fleet, Wish wish, string when)
    {
        await site.UntilAsync(() => fleet.ReadyCount == DeviceCount, $"all devices may pay, {when}", Cancel);
        var before = fleet.Tally.Approved;
        foreach (var device in fleet.Devices) device.Ask(wish);
        await site.UntilAsync(
            () => fleet.Tally.Approved == before + DeviceCount, $"all devices paid, {when}", Cancel);
    }

    /// <summary>Each device's newest request comes twice more; its answer is one that nobody waits for.</summary>
    private static async Task DuplicateAsync(EdgeSite site, Fleet fleet)
    {
        var before = fleet.Tally.Ignored;
        foreach (var device in fleet.Devices)
            for (var copy = 0; copy < 2; copy++)
                Assert.True(await device.Link.PublishAsync(device.LastSent!, Cancel));
        await site.UntilAsync(
            () => fleet.Tally.Ignored >= before + (2 * DeviceCount), "every duplicate is answered", Cancel);
    }

    /// <summary>Its key is no device's: its request is swallowed; a later one of a device is answered.</summary>
    private static async Task StrangerGetsNoAnswerAsync(EdgeSite site, DeviceIdentity strange)
    {
        var heard = new Replies();
        await using var link = new DeviceLink(site.Broker, strange.Login, TimeProvider.System, heard.Hear);
        await site.UntilAsync(() => link.ConnectAsync(Cancel), "the stranger connects", Cancel);
        var sale = HandMade.Sale(strange, site.Number, sequence: 1, amountMinor: 100);
        Assert.True(await link.PublishAsync(sale, Cancel));

        await using var fleet = site.NewFleet();
        await fleet.StartAsync(Cancel);
        var device = fleet.Devices[0];
        await site.UntilAsync(() => device.Ready, "a device connects", Cancel);
        var repeats = fleet.Tally.Ignored;
        var known = ReceiptBook.Read(Path.Combine(site.Folder.Devices, device.Identity.Kid + ReceiptBook.Ending))[^1];
        Assert.True(await device.Link.PublishAsync(known.Request, Cancel));
        await site.UntilAsync(() => fleet.Tally.Ignored > repeats, "the device's repeat is answered", Cancel);
        Assert.Null(heard.FinalOf(new(strange.Kid, 1, 1)));
        Assert.Empty(heard.Hints);
    }
}
