using System.Diagnostics;
using MqttPay.FirmwareSim.Devices;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>A device that keeps the rules of its chain and tells how long each answer took.</summary>
internal sealed class Tapper(EdgeSite site, DeviceIdentity device)
{
    private UInt128 previous;

    public long Sequence { get; private set; }

    public async Task<(Decision Decision, TimeSpan Took)> SaleAsync(long amountMinor)
    {
        var (message, digest) = RequestBuilder.Sign(
            new()
            {
                Operation = Operation.Sale,
                Kid = device.Kid,
                Epoch = 1,
                Sequence = ++Sequence,
                Edge = site.Number,
                AmountMinor = amountMinor,
                Currency = 978,
                Previous = previous,
            },
            device.Key);
        previous = RequestBuilder.Previous(digest);
        using var probe = await WireProbe.OpenAsync(site.Broker.Address, device);
        var since = Stopwatch.GetTimestamp();
        var heard = await probe.SendAsync(Topics.Request(device.Kid), message, awaitReply: true);
        var took = Stopwatch.GetElapsedTime(since);
        Assert.StartsWith("00, code", heard, StringComparison.Ordinal);
        Assert.Equal(WireError.None, ReplyCodec.TryParse(probe.Reply, out var reply));
        return (((Reply.Final)reply!).Decision, took);
    }
}
