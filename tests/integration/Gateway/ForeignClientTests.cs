using MqttPay.FirmwareSim.Demo;
using MqttPay.FirmwareSim.Devices;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>Mosquitto's command-line clients at the gateway's own broker: a payment is bytes in a file.</summary>
[Collection(OneCloud.Name)]
public sealed class ForeignClientTests(SettlementCloud cloud)
{
    private const long AmountMinor = 321;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// Both programs are the same device, so never at the same time: the reply waits in the persistent session.
    /// </summary>
    [Theory]
    [InlineData("311", SignatureAlgorithm.Es256)]
    [InlineData("mqttv5", SignatureAlgorithm.EdDsa)]
    public async Task Mosquittos_own_clients_carry_a_payment(string version, SignatureAlgorithm algorithm)
    {
        var site = await cloud.CalmAsync(Cancel);
        var device = await site.EnrolDeviceAsync(algorithm, fundMinor: 10_00, Cancel);
        await site.HasLeasesAsync([device.Account.ToString()], Cancel);
        var request = HandMade.Sale(device, site.Number, sequence: 1, AmountMinor);
        var file = Path.Combine(site.Folder.Devices, $"{device.Kid}.request");
        await File.WriteAllBytesAsync(file, request, Cancel);

        var replies = Topics.Reply(device.Kid);
        await RunAsync("mosquitto_sub", site, device, version, "-t", replies, "-q", "1", "-E");
        await RunAsync("mosquitto_pub", site, device, version, "-t", Topics.Request(device.Kid), "-q", "1", "-f", file);
        var heard = await RunAsync(
            "mosquitto_sub", site, device, version, "-t", replies, "-q", "1", "-C", "1", "-F", "%x", "-W", "30");

        Assert.Equal(WireError.None, ReplyCodec.TryParse(Convert.FromHexString(heard.Trim()), out var reply));
        var final = Assert.IsType<Reply.Final>(reply);
        Assert.Equal((DecisionCode.Approved, AmountMinor), (final.Decision.Code, final.Decision.AmountMinor));
        var rows = await site.SettledAsync(final.Header.Number, Cancel);
        var id = PaymentId.Of(new RequestName(device.Kid, 1, 1)).ToString();
        Assert.Equal(AmountMinor, Assert.Single(rows, row => row.PaymentId == id).PaidMinor);
    }

    private static Task<string> RunAsync(
        string program, EdgeSite site, DeviceIdentity device, string version, params string[] more)
    {
        var kid = device.Kid.ToString();
        string[] session = version == "mqttv5" ? ["-c", "-x", "600"] : ["-c"];
        return ChildProcess.RunAsync(
            Executables.System(program, "mosquitto-clients"),
            [
                "-h", $"{site.Broker.Address.Address}", "-p", $"{site.Broker.Address.Port}", "-V", version,
                "-i", kid, "-u", kid, "-P", device.Password, .. session, .. more,
            ],
            null, Cancel);
    }
}
