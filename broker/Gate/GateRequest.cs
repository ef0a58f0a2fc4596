using MqttPay.Broker.Machine;
using MqttPay.Payments;

namespace MqttPay.Broker.Gate;

/// <summary>
/// A payment request on its way through the gate, with the place in the acknowledgement order that waits for it.
/// </summary>
public sealed class GateRequest
{
    /// <summary>The largest request; longer ones are refused unread.</summary>
    public const int PayloadMax = 256;

    internal GateRequest(KeyId kid, ReadOnlyMemory<byte> payload, long arrivedAt, AckLane lane, long position)
    {
        Kid = kid;
        Payload = payload;
        ArrivedAt = arrivedAt;
        Lane = lane;
        Position = position;
    }

    public KeyId Kid { get; }

    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>A timestamp of the host's <see cref="TimeProvider"/>.</summary>
    public long ArrivedAt { get; }

    internal AckLane Lane { get; }

    /// <summary>The slot in the lane, or <see cref="AckLane.NoPosition"/> for a QoS 0 request.</summary>
    internal long Position { get; }
}
