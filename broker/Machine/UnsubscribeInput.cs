namespace MqttPay.Broker.Machine;

internal sealed record UnsubscribeInput(ushort PacketId, IReadOnlyList<byte[]> Filters);
