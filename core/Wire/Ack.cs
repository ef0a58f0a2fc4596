using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>
/// Signed by the cloud. As <see cref="MessageKind.Ack"/>: everything up to this round is booked. As
/// <see cref="MessageKind.Fence"/>: a new fence, and the round to go on after (0 and zeros at a new edge).
/// </summary>
public sealed record Ack(uint Edge, uint Fence, long Round, Hash Root);
