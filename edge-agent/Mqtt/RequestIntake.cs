using MqttPay.EdgeAgent.Rounds;
using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Mqtt;

/// <summary>Takes requests from the link, parses them strictly, and says early when there are too many.</summary>
internal sealed class RequestIntake(ILink link, Inbox inbox, Responder responder, TimeProvider clock)
{
    /// <summary>Requests on their way through the edge at a time. Beyond it new ones are shed, not queued.</summary>
    public const int InFlightMax = 4_096;

    private readonly TokenBuckets buckets = new(clock);

    public async Task RunAsync(CancellationToken cancel)
    {
        await foreach (var request in link.Requests.ReadAllAsync(cancel)) Take(request);
    }

    private void Take(LinkRequest request)
    {
        responder.Begin();
        var message = request.Payload.Span;
        var error = RequestCodec.TryParse(message, out var view);
        if (error is WireError.None && view.Kid != request.Kid) error = WireError.TopicMismatch;
        if (error is not WireError.None)
        {
            responder.Refuse(request, error, view);
            return;
        }

        var parsed = view.ToRequest();
        if (MayShed(parsed.Operation) && (responder.InFlight > InFlightMax || !buckets.Take(request.Kid)))
        {
            responder.Shed(request, parsed);
            return;
        }

        var bytes = message.ToArray();
        inbox.Post(new Input.Arrived(new Incoming(parsed, view.Digest(bytes), bytes, view.Algorithm, request)));
    }

    /// <summary>What finishes or undoes a payment is never shed.</summary>
    private static bool MayShed(Operation operation) => operation
        is Operation.Sale or Operation.Auth or Operation.Increment or Operation.Voucher or Operation.Status;
}
