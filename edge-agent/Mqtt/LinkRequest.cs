using MqttPay.Payments;

namespace MqttPay.EdgeAgent.Mqtt;

/// <summary>A message on a device's request topic, and the way back to whoever waits for its acknowledgement.</summary>
internal abstract class LinkRequest
{
    /// <summary>The key id of the topic; behind our own broker also the connection's.</summary>
    public abstract KeyId Kid { get; }

    /// <summary>Valid until the request is completed.</summary>
    public abstract ReadOnlyMemory<byte> Payload { get; }
}
