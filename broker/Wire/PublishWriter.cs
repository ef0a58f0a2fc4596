using System.Buffers.Binary;
using MqttPay.Broker.Machine;

namespace MqttPay.Broker.Wire;

/// <summary>Writes a PUBLISH straight into the output: no packet object, no copy of the payload in between.</summary>
internal readonly ref struct PublishWriter
{
    private readonly Delivery delivery;
    private readonly Protocol protocol;
    private readonly uint? expiry;
    private readonly int propertiesLength;
    private readonly int bodyLength;

    public PublishWriter(in Delivery delivery, Protocol protocol, long now)
    {
        this.delivery = delivery;
        this.protocol = protocol;
        var message = delivery.Message;
        expiry = message.SecondsLeftAt(now);
        if (protocol == Protocol.V5)
        {
            propertiesLength = message.Properties.Length + (expiry is null ? 0 : 5);
            foreach (var identifier in delivery.Identifiers) propertiesLength += 1 + Variable.Size((uint)identifier);
        }

        bodyLength = 2 + message.Topic.Length + (delivery.Qos > 0 ? 2 : 0) + message.Payload.Length
            + (protocol == Protocol.V5 ? Variable.Size((uint)propertiesLength) + propertiesLength : 0);
    }

    public int Length => 1 + Variable.Size((uint)bodyLength) + bodyLength;

    public void Write(Span<byte> target, ushort packetId, bool duplicate)
    {
        var message = delivery.Message;
        target[0] = (byte)(0x30 | (duplicate ? 8 : 0) | (delivery.Qos << 1) | (delivery.Retain ? 1 : 0));
        var at = 1 + Variable.Write(target[1..], (uint)bodyLength);
        BinaryPrimitives.WriteUInt16BigEndian(target[at..], (ushort)message.Topic.Length);
        message.Topic.CopyTo(target[(at + 2)..]);
        at += 2 + message.Topic.Length;
        if (delivery.Qos > 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(target[at..], packetId);
            at += 2;
        }

        if (protocol == Protocol.V5) at += WriteProperties(target[at..]);
        message.Payload.CopyTo(target[at..]);
    }

    private int WriteProperties(Span<byte> target)
    {
        var at = Variable.Write(target, (uint)propertiesLength);
        var forwarded = delivery.Message.Properties;
        forwarded.CopyTo(target[at..]);
        at += forwarded.Length;
        if (expiry is { } seconds)
        {
            target[at] = 0x02;
            BinaryPrimitives.WriteUInt32BigEndian(target[(at + 1)..], seconds);
            at += 5;
        }

        foreach (var identifier in delivery.Identifiers)
        {
            target[at++] = 0x0B;
            at += Variable.Write(target[at..], identifier);
        }

        return at;
    }
}
