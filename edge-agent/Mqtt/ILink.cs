using System.Threading.Channels;
using MqttPay.Payments;

namespace MqttPay.EdgeAgent.Mqtt;

/// <summary>How devices reach the agent: through the broker in this process, or as a client of another one.</summary>
internal interface ILink : IAsyncDisposable
{
    /// <summary>Requests in the order in which they came; bounded.</summary>
    ChannelReader<LinkRequest> Requests { get; }

    /// <summary>Acknowledges first, then sends the reply, if there is one.</summary>
    void Complete(LinkRequest request, LinkAck ack, ReadOnlyMemory<byte> reply);

    /// <summary>Sends a reply that no acknowledgement waits for: a notice to a payee's device.</summary>
    void Send(KeyId kid, ReadOnlyMemory<byte> reply);

    /// <summary>Sends what has been said since the last flush. Once after a round's last answer.</summary>
    void Flush();

    /// <summary>Keeps a device's signed configuration for whenever it connects.</summary>
    void Retain(KeyId kid, ReadOnlyMemory<byte> config);
}
