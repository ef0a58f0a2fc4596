using System.Threading.Channels;
using MqttPay.Broker.Gate;
using MqttPay.Payments;

namespace MqttPay.EdgeAgent.Mqtt;

/// <summary>The broker engine in this process: requests come straight through its gate.</summary>
internal sealed class GateLink(RequestGate gate) : ILink
{
    public ChannelReader<LinkRequest> Requests { get; } = new Adapter(gate.Requests);

    public void Complete(LinkRequest request, LinkAck ack, ReadOnlyMemory<byte> reply) =>
        gate.Complete(((Request)request).Inner, GateAckOf(ack), reply);

    public void Send(KeyId kid, ReadOnlyMemory<byte> reply) => gate.Reply(kid, reply);

    public void Flush() => gate.Flush();

    public void Retain(KeyId kid, ReadOnlyMemory<byte> config) => gate.Retain(kid, config);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static GateAck GateAckOf(LinkAck ack) => ack switch
    {
        LinkAck.Accepted => GateAck.Accepted,
        LinkAck.NotAuthorized => GateAck.NotAuthorized,
        LinkAck.QuotaExceeded => GateAck.QuotaExceeded,
        LinkAck.PayloadFormatInvalid => GateAck.PayloadFormatInvalid,
        _ => throw new InvariantException($"no acknowledgement for {ack}"),
    };

    private sealed class Request(GateRequest inner) : LinkRequest
    {
        public GateRequest Inner { get; } = inner;

        public override KeyId Kid => Inner.Kid;

        public override ReadOnlyMemory<byte> Payload => Inner.Payload;
    }

    /// <summary>Shows the gate's requests as the link's, without a queue in between.</summary>
    private sealed class Adapter(ChannelReader<GateRequest> inner) : ChannelReader<LinkRequest>
    {
        public override bool TryRead(out LinkRequest item)
        {
            var read = inner.TryRead(out var request);
            item = read ? new Request(request!) : null!;
            return read;
        }

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) =>
            inner.WaitToReadAsync(cancellationToken);
    }
}
