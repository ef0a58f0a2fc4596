using System.Text;
using System.Threading.Channels;
using MqttPay.Broker.Machine;
using MqttPay.Payments;

namespace MqttPay.Broker.Gate;

/// <summary>
/// Where payment requests leave the engine and outcomes come back. Requests never meet the subscription index; the
/// engine never reads a payload. All methods may be called from any thread.
/// </summary>
public sealed class RequestGate
{
    private readonly Channel<GateRequest> requests;
    private readonly Lock attaching = new();
    private readonly Dictionary<KeyId, ReadOnlyMemory<byte>> waitingConfigs = [];
    private readonly TouchList touched = new();
    private Router? router;
    private Func<long> now = static () => 0;

    public RequestGate(int capacity = 4096) =>
        requests = Channel.CreateBounded<GateRequest>(new BoundedChannelOptions(capacity)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = false,
        });

    public ChannelReader<GateRequest> Requests => requests.Reader;

    /// <summary>
    /// Settles a request: PUBACKs leave in the order of arrival, each followed by its reply, if there is one. Nothing
    /// is flushed before <see cref="Flush"/>. With <paramref name="close"/> the connection ends after the
    /// acknowledgement.
    /// </summary>
    public void Complete(GateRequest request, GateAck ack, ReadOnlyMemory<byte> reply, bool close = false)
    {
        var outcome = new AckOutcome(Reason(ack), Withheld: ack == GateAck.QuotaExceeded, close, request.Kid, reply);
        var ready = request.Lane.Settle(request.Position, outcome, touched);
        if (ready is not null) Send(ready);
    }

    /// <summary>Sends a reply that no acknowledgement waits for.</summary>
    public void Reply(KeyId kid, ReadOnlyMemory<byte> reply) =>
        Volatile.Read(ref router)?.Reply(Topic(kid, 'r'), reply.Span, now(), touched);

    /// <summary>Called once after a round's last outcome: each connection that was touched is flushed once.</summary>
    public void Flush() => touched.Flush();

    /// <summary>
    /// Sets what a device gets when it subscribes to <c>p/{kid}/c</c>, and sends it to one that already has.
    /// </summary>
    public void Retain(KeyId kid, ReadOnlyMemory<byte> config)
    {
        lock (attaching)
        {
            if (router is null)
            {
                waitingConfigs[kid] = config.ToArray();
                return;
            }
        }

        router.RetainConfig(Topic(kid, 'c'), config.Span, now(), touched);
    }

    /// <summary>Gives the gate its engine; configurations that were set before are retained now.</summary>
    internal void Attach(Router engine, Func<long> clock)
    {
        lock (attaching)
        {
            now = clock;
            foreach (var (kid, config) in waitingConfigs)
            {
                engine.RetainConfig(Topic(kid, 'c'), config.Span, clock(), touched);
            }

            waitingConfigs.Clear();
            Volatile.Write(ref router, engine);
        }

        touched.Flush();
    }

    /// <summary>False when the gate is full: the last stop of overload, answered at once and without a hint.</summary>
    internal bool TryEnter(GateRequest request) => requests.Writer.TryWrite(request);

    /// <summary>Sends replies whose acknowledgements have just been written.</summary>
    internal void Send(List<AckOutcome> ready)
    {
        foreach (var each in ready) Reply(each.Kid, each.Reply);
    }

    private static Reason Reason(GateAck ack) => ack switch
    {
        GateAck.Accepted => Machine.Reason.Success,
        GateAck.NotAuthorized => Machine.Reason.NotAuthorized,
        GateAck.QuotaExceeded => Machine.Reason.QuotaExceeded,
        GateAck.PayloadFormatInvalid => Machine.Reason.PayloadFormatInvalid,
        _ => throw new ArgumentOutOfRangeException(nameof(ack)),
    };

    private static byte[] Topic(KeyId kid, char leg) => Encoding.ASCII.GetBytes($"p/{kid}/{leg}");
}
