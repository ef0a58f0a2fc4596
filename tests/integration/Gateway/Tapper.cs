using System.Diagnostics;
using System.Net;
using MqttPay.FirmwareSim.Devices;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>A device that keeps the rules of its chain, and tells how long each answer took.</summary>
internal sealed class Tapper : IDisposable
{
    private static readonly TimeSpan ConnectionMax = TimeSpan.FromSeconds(8);

    private readonly EdgeSite site;
    private readonly DeviceIdentity device;
    private WireProbe? probe;
    private IPEndPoint? connectedTo;
    private long connectedAt;
    private UInt128 previous;
    private PaymentRequest? request;
    private Hash digest;

    /// <summary>Lives as long as its site.</summary>
    public Tapper(EdgeSite site, DeviceIdentity device)
    {
        (this.site, this.device) = (site, device);
        site.Keep(this);
    }

    public long Sequence { get; private set; }

    /// <summary>The newest request as it was sent, and its name.</summary>
    public byte[] Message { get; private set; } = [];

    public RequestName Name => request!.Name;

    /// <summary>What the newest final reply lets a device show.</summary>
    public LastReceipt? Receipt { get; private set; }

    /// <summary>The newest reply as it came.</summary>
    public byte[]? Reply { get; private set; }

    public Task<(Decision Decision, TimeSpan Took)> SaleAsync(long amountMinor)
    {
        Open(Next(Operation.Sale, amountMinor));
        return FinishAsync();
    }

    /// <param name="own">The own sequence that it is about.</param>
    /// <param name="about">The payer's request that it is about.</param>
    public async Task<Decision> DoAsync(
        Operation operation, long amountMinor, long? own = null, RequestName? about = null,
        RequestFlags flags = RequestFlags.None)
    {
        Open(Next(operation, amountMinor) with
        {
            Flags = flags,
            ReferenceSequence = own,
            ReferenceId = about is { } name ? PaymentId.Of(name) : null,
        });
        return (await FinishAsync()).Decision;
    }

    /// <summary>A sale that is not decided; it stays open. Returns what was heard.</summary>
    public async Task<string> TryAsync(long amountMinor, LastReceipt? receipt = null)
    {
        Open(Next(Operation.Sale, amountMinor) with { LastReceipt = receipt });
        return (await PublishAsync(Message)).Heard;
    }

    /// <summary>
    /// The newest request's name with another amount, as a clone of the device would sign it. Returns what was heard;
    /// a key gets one hint a second, so the first silence says nothing.
    /// </summary>
    public async Task<string> CloneAsync()
    {
        var other = RequestBuilder.Sign(request! with { AmountMinor = request!.AmountMinor + 1 }, device.Key);
        var heard = "";
        await site.UntilAsync(
            async () =>
            {
                heard = (await PublishAsync(other.Message, awaitReply: false)).Heard;
                return !heard.EndsWith("silence", StringComparison.Ordinal);
            },
            "the clone is answered", TestContext.Current.CancellationToken);
        return heard;
    }

    /// <summary>A voucher is acknowledged and not answered. Returns what was heard.</summary>
    public async Task<string> VoucherAsync(RequestName auth, uint tick, long amountMinor)
    {
        var voucher = Next(Operation.Voucher, amountMinor) with
        {
            Sequence = 0, Previous = 0, ReferenceSequence = auth.Sequence, Tick = tick,
        };
        return (await PublishAsync(RequestBuilder.Sign(voucher, device.Key).Message, awaitReply: false)).Heard;
    }

    /// <summary>Sends an earlier request again. Returns the reply.</summary>
    public async Task<byte[]?> RepeatAsync(byte[] message)
    {
        var kept = Reply;
        await PublishAsync(message);
        (kept, Reply) = (Reply, kept);
        return kept;
    }

    /// <summary>Sends the open request, the same bytes, and expects it to be decided.</summary>
    public async Task<(Decision Decision, TimeSpan Took)> FinishAsync()
    {
        var (heard, took) = await PublishAsync(Message);
        Assert.StartsWith("00, code", heard, StringComparison.Ordinal);
        Assert.Equal(WireError.None, ReplyCodec.TryParse(Reply, out var reply));
        var final = Assert.IsType<Reply.Final>(reply);
        (Sequence, previous) = (Sequence + 1, RequestBuilder.Previous(digest));
        Receipt = new(final.Header.Edge, final.Header.Fence, final.Header.Number, final.Witness);
        return (final.Decision, took);
    }

    private void Open(PaymentRequest next)
    {
        request = next;
        (Message, digest) = RequestBuilder.Sign(next, device.Key);
    }

    /// <summary>Notices on the present connection.</summary>
    public int Notices => probe?.Notices ?? 0;

    public void Dispose() => probe?.Dispose();

    /// <summary>
    /// Publishes, and the same bytes again as long as the edge says that it is too much at once, or the connection has
    /// gone with an earlier life of the edge.
    /// </summary>
    private async Task<(string Heard, TimeSpan Took)> PublishAsync(byte[] message, bool awaitReply = true)
    {
        var (heard, took) = ("", TimeSpan.Zero);
        await site.UntilAsync(
            async () =>
            {
                var open = await ConnectedAsync();
                var since = Stopwatch.GetTimestamp();
                try
                {
                    heard = await open.SendAsync(Topics.Request(device.Kid), message, awaitReply);
                }
                catch (IOException)
                {
                    heard = "closed";
                }

                (Reply, took) = (open.Reply, Stopwatch.GetElapsedTime(since));
                if (heard.EndsWith("closed", StringComparison.Ordinal)) connectedAt = 0;
                return connectedAt != 0 && !heard.StartsWith("97", StringComparison.Ordinal);
            },
            "the request is not shed", TestContext.Current.CancellationToken);
        return (heard, took);
    }

    /// <summary>A probe lives for a while only, and the edge limits how often a device connects.</summary>
    private async Task<WireProbe> ConnectedAsync()
    {
        if (probe is not null && connectedAt != 0 && Stopwatch.GetElapsedTime(connectedAt) < ConnectionMax
            && connectedTo == site.Broker.Address) return probe;
        probe?.Dispose();
        (connectedAt, connectedTo) = (Stopwatch.GetTimestamp(), site.Broker.Address);
        return probe = await WireProbe.OpenAsync(connectedTo, device);
    }

    private PaymentRequest Next(Operation operation, long amountMinor) => new()
    {
        Operation = operation,
        Kid = device.Kid,
        Epoch = 1,
        Sequence = Sequence + 1,
        Edge = site.Number,
        AmountMinor = amountMinor,
        Currency = operation is Operation.Void or Operation.Reverse ? 0 : 978,
        Previous = previous,
    };
}
