using System.Diagnostics;
using MqttPay.FirmwareSim.Devices;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>A device that keeps the rules of its chain, and tells how long each answer took.</summary>
internal sealed class Tapper(EdgeSite site, DeviceIdentity device)
{
    private UInt128 previous;
    private PaymentRequest? request;
    private Hash digest;

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

    /// <summary>The newest request's name with another amount, as a clone of the device would sign it.</summary>
    public async Task<string> CloneAsync()
    {
        var other = RequestBuilder.Sign(request! with { AmountMinor = request!.AmountMinor + 1 }, device.Key);
        return (await PublishAsync(other.Message)).Heard;
    }

    /// <summary>A voucher is acknowledged and not answered. Returns what was heard.</summary>
    public async Task<string> VoucherAsync(RequestName auth, uint tick, long amountMinor)
    {
        var voucher = Next(Operation.Voucher, amountMinor) with
        {
            Sequence = 0, Previous = 0, ReferenceSequence = auth.Sequence, Tick = tick,
        };
        using var probe = await WireProbe.OpenAsync(site.Broker.Address, device);
        var message = RequestBuilder.Sign(voucher, device.Key).Message;
        return await probe.SendAsync(Topics.Request(device.Kid), message, awaitReply: false);
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

    private async Task<(string Heard, TimeSpan Took)> PublishAsync(byte[] message)
    {
        using var probe = await WireProbe.OpenAsync(site.Broker.Address, device);
        var since = Stopwatch.GetTimestamp();
        var heard = await probe.SendAsync(Topics.Request(device.Kid), message, awaitReply: true);
        Reply = probe.Reply;
        return (heard, Stopwatch.GetElapsedTime(since));
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
