using MqttPay.FirmwareSim.Devices;
using Xunit;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>The cloud booked a batch, and its answer never reached the edge.</summary>
[Collection(OneCloud.Name)]
public sealed class LostAnswerTests(SettlementCloud cloud)
{
    private const int DeviceCount = 2;
    private const int Lost = 2;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_that_is_sent_again_after_a_lost_answer_books_nothing_twice()
    {
        await using var proxy = await ForgetfulProxy.StartAsync(cloud.Address, Cancel);
        await using var site = await EdgeSite.EnrolAsync(cloud, DeviceCount, Cancel, proxy.Address);
        await site.StartAsync(Cancel);
        await site.HasLeasesAsync(Cancel);
        var before = proxy.Accepted.Count;
        proxy.ToLose = Lost;

        await using (var fleet = site.NewFleet())
        {
            await fleet.StartAsync(Cancel);
            await site.UntilAsync(() => fleet.ReadyCount == DeviceCount, "all devices may pay", Cancel);
            foreach (var device in fleet.Devices) device.Ask(Wish.Sale(120));
            await site.UntilAsync(() => fleet.Tally.Approved == DeviceCount, "all devices paid", Cancel);
        }

        await site.UntilAsync(
            () => proxy.ToLose == 0 && proxy.Accepted.Last() is { Lost: false }, "the batch comes through", Cancel);
        var sent = proxy.Accepted.Skip(before).SkipWhile(batch => !batch.Lost).Take(Lost + 1).ToList();
        Assert.Equal([true, true, false], sent.Select(batch => batch.Lost));
        Assert.All(sent, batch => Assert.Equal(sent[0].Body, batch.Body));
        await site.SettlesExactlyOnceAsync(ReceiptBook.ReadAll(site.Folder.Devices), Cancel);
    }
}
