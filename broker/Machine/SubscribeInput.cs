namespace MqttPay.Broker.Machine;

internal sealed record SubscribeInput(ushort PacketId, uint Identifier, IReadOnlyList<FilterRequest> Filters);
