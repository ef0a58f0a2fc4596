using System.Collections.Concurrent;
using MqttPay.FirmwareSim.Devices;
using MqttPay.FirmwareSim.Mqtt;
using MqttPay.Payments;
using MqttPay.Wire;
using DeviceGateway = MqttPay.FirmwareSim.Mqtt.Gateway;

namespace MqttPay.IntegrationTests.Lifecycle;

/// <summary>
/// A device on a real MQTT connection that signs whatever a test wants, right or wrong, and keeps its own chain.
/// </summary>
internal sealed class Signer(Street street, DeviceIdentity identity, DeviceGateway broker, int currency)
    : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(uint Epoch, long Sequence), Reply.Final> finals = new();
    private readonly ConcurrentQueue<Reply.Hint> hints = new();
    private readonly ConcurrentQueue<Reply.Notice> notices = new();
    private DeviceLink? link;
    private UInt128 previous;
    private long sequence;

    public DeviceIdentity Identity => identity;

    public KeyId Kid => identity.Kid;

    public uint Epoch { get; set; } = 1;

    /// <summary>Echoed in every request when it is set, as a device does with its newest receipt.</summary>
    public LastReceipt? LastReceipt { get; set; }

    public IReadOnlyCollection<Reply.Notice> Notices => notices;

    /// <summary>The same key on another connection's counter: a clone.</summary>
    public Signer Clone() => new(street, identity, broker, currency) { sequence = sequence, previous = previous };

    public Reply.Final? FinalOf(PaymentRequest request) => finals.GetValueOrDefault((request.Epoch, request.Sequence));

    public async Task ConnectAsync(CancellationToken cancel)
    {
        if (link is not null) await link.DisposeAsync();
        link = new(broker, identity.Login with { Mqtt5 = true }, TimeProvider.System, Hear);
        await street.UntilAsync(() => link.ConnectAsync(cancel), "a device connects", cancel);
    }

    public PaymentRequest Next(Operation operation, long amountMinor, Func<PaymentRequest, PaymentRequest>? shape)
    {
        var named = operation is not (Operation.Voucher or Operation.Status);
        var money = operation is not (Operation.Void or Operation.Reverse or Operation.Status);
        var request = new PaymentRequest
        {
            Operation = operation,
            Kid = identity.Kid,
            Epoch = Epoch,
            Sequence = named ? sequence + 1 : 0,
            Edge = street.Number,
            AmountMinor = amountMinor,
            Currency = money ? currency : 0,
            Previous = named ? previous : 0,
            LastReceipt = LastReceipt,
        };
        request = shape?.Invoke(request) ?? request;
        if (named) (sequence, previous) = (request.Sequence, RequestBuilder.Sign(request, identity.Key).Digest.High);
        return request;
    }

    public Task<Answer> AskAsync(
        Operation operation, long amountMinor, CancellationToken cancel,
        Func<PaymentRequest, PaymentRequest>? shape = null) => SendAsync(Next(operation, amountMinor, shape), cancel);

    public Task<Answer> SaleAsync(
        long amountMinor, CancellationToken cancel, Func<PaymentRequest, PaymentRequest>? shape = null) =>
        AskAsync(Operation.Sale, amountMinor, cancel, shape);

    /// <summary>About an own earlier request.</summary>
    public Task<Answer> OwnAsync(Operation operation, Answer about, long amountMinor, CancellationToken cancel) =>
        AskAsync(operation, amountMinor, cancel, request => request with
        {
            ReferenceSequence = about.Request.Sequence,
        });

    /// <summary>About somebody's payment.</summary>
    public Task<Answer> FinishAsync(Operation operation, Answer about, long amountMinor, CancellationToken cancel) =>
        AskAsync(operation, amountMinor, cancel, request => request with { ReferenceId = about.Id });

    /// <summary>A voucher's only answer is its PUBACK.</summary>
    public async Task VouchAsync(Answer auth, uint tick, long amountMinor, CancellationToken cancel)
    {
        var voucher = Next(Operation.Voucher, amountMinor, request => request with
        {
            ReferenceSequence = auth.Request.Sequence, Tick = tick,
        });
        var message = RequestBuilder.Sign(voucher, identity.Key).Message;
        await street.UntilAsync(() => link!.PublishAsync(message, cancel), "a voucher is acknowledged", cancel);
    }

    /// <summary>Sends until a final reply or a hint of more than "not now" is there.</summary>
    public async Task<Answer> SendAsync(PaymentRequest request, CancellationToken cancel)
    {
        var message = RequestBuilder.Sign(request, identity.Key).Message;
        return await SendAsync(request, message, cancel);
    }

    public async Task<Answer> SendAsync(PaymentRequest request, byte[] message, CancellationToken cancel)
    {
        hints.Clear();
        var name = (request.Epoch, request.Sequence > 0 ? request.Sequence : request.ReferenceSequence ?? 0);
        var tries = 0;
        DecisionCode? hint = null;
        var patient = request.Operation is Operation.Status ? notices.Count : -1;
        await street.UntilAsync(
            async () =>
            {
                if (tries++ % 40 == 0) await link!.PublishAsync(message, cancel);
                hint = hints.Where(heard => heard.Code is not DecisionCode.TempError)
                    .Select(heard => (DecisionCode?)heard.Code).FirstOrDefault();
                return finals.ContainsKey(name) || hint is not null || (patient >= 0 && notices.Count > patient);
            },
            $"an answer to {request.Operation} {request.Sequence}", cancel);
        var final = finals.GetValueOrDefault(name);
        if (final is not null)
            LastReceipt = new(final.Header.Edge, final.Header.Fence, final.Header.Number, final.Witness);
        return new(request, final?.Decision, final is null ? hint : null);
    }

    /// <summary>Sends once and tells the first word that comes back, be it "not now".</summary>
    public async Task<Answer> TryAsync(PaymentRequest request, CancellationToken cancel)
    {
        hints.Clear();
        await link!.PublishAsync(RequestBuilder.Sign(request, identity.Key).Message, cancel);
        await street.UntilAsync(
            () => FinalOf(request) is not null || !hints.IsEmpty, "the first word of the edge", cancel);
        return new(request, FinalOf(request)?.Decision, hints.TryPeek(out var hint) ? hint.Code : null);
    }

    public async ValueTask DisposeAsync()
    {
        if (link is not null) await link.DisposeAsync();
    }

    private void Hear(LinkEvent heard)
    {
        if (heard is not LinkEvent.Reply(var message)) return;
        if (ReplyCodec.TryParse(message, out var reply) is not WireError.None) return;
        if (reply is Reply.Final final) finals[(final.Decision.Epoch, final.Decision.Sequence)] = final;
        else if (reply is Reply.Hint hint) hints.Enqueue(hint);
        else if (reply is Reply.Notice notice) notices.Enqueue(notice);
    }
}
