using MqttPay.FirmwareSim;
using MqttPay.FirmwareSim.Demo;
using MqttPay.FirmwareSim.Devices;
using MqttPay.FirmwareSim.Load;
using MqttPay.IntegrationTests.Gateway;
using MqttPay.Payments;
using Xunit;

namespace MqttPay.IntegrationTests.FirmwareSim;

/// <summary><c>run --mix</c> at a real gateway: payers' and payees' devices in one load.</summary>
[Collection(OneCloud.Name)]
public sealed class MixLoadTests(SettlementCloud cloud)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_kind_of_visit_ends_and_its_requests_settle_exactly_once()
    {
        await using var site = await EdgeSite.EnrolAsync(cloud, devices: 12, Cancel);
        var enroller = new Enroller(cloud.Api, site.Folder, site.Number, payee: site.Number);
        var enrolment = new Enrolment(site.CloudKey, site.Devices)
        {
            Payees = await enroller.EnrolPayeesAsync(2, Cancel),
        };
        enrolment.Write(site.Folder.Enrolment);
        await site.StartAsync(Cancel);
        await site.HasLeasesAsync(Cancel);
        var options = new RunOptions(
            "127.0.0.1", site.Broker.Address.Port, Devices: 0, Rate: 8, TimeSpan.FromSeconds(12), TrafficPattern.Steady,
            site.Folder.Enrolment, Seed: 1, site.Folder.Devices,
            Mix.Parse("sale,partial,confirm,auth,voucher,void,refund,reverse")!, Json: false);

        var said = new StringWriter();
        var code = await new LoadRun(options, TimeProvider.System, said).RunAsync(Cancel);

        Assert.True(code == 0, said.ToString());
        var receipts = ReceiptBook.ReadAll(site.Folder.Devices);
        var approved = receipts.Where(receipt => receipt.Approved).Select(receipt => receipt.Operation).ToHashSet();
        Assert.All(
            new[]
            {
                Operation.Sale, Operation.Auth, Operation.Increment, Operation.Capture, Operation.Void,
                Operation.Reverse, Operation.Refund, Operation.Confirm,
            },
            operation => Assert.Contains(operation, approved));
        await site.SettlesExactlyOnceAsync(receipts, Cancel);
    }
}
