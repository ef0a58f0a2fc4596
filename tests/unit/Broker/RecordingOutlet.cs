using System.Text;
using MqttPay.Broker.Machine;

namespace MqttPay.UnitTests.Broker;

/// <summary>A connection that writes down what it was told to send.</summary>
internal sealed class RecordingOutlet(Protocol protocol = Protocol.V5) : Outlet
{
    public List<string> Sent { get; } = [];

    public int Flushes { get; private set; }

    public Reason? ClosedWith { get; private set; }

    public bool Stuck { get; set; }

    public bool TooSmall { get; set; }

    public override Protocol Protocol => protocol;

    public override bool Congested => Stuck;

    public override bool SendPublish(in Delivery delivery, ushort packetId, bool duplicate, long now)
    {
        if (TooSmall) return false;
        var payload = Encoding.UTF8.GetString(delivery.Message.Payload);
        var flags = (duplicate ? " dup" : "") + (delivery.Retain ? " retain" : "");
        var identifiers = string.Concat(delivery.Identifiers.Select(each => $" #{each}"));
        Sent.Add($"PUBLISH {packetId} {payload} q{delivery.Qos}{flags}{identifiers}");
        return true;
    }

    public override void SendAck(AckKind kind, ushort packetId, Reason reason) =>
        Sent.Add($"{kind} {packetId} {(byte)reason:x2}");

    public override void Close(Reason reason) => ClosedWith ??= reason;

    public override void Flush() => Flushes++;
}
