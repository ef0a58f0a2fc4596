using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>What an edge signs once per round: its place in the chain and the tree over its leaves.</summary>
/// <param name="Count">Leaves in the round, 1 to 1,024.</param>
/// <param name="PreviousRoot">The root of the round before; zeros before the first.</param>
/// <param name="Unix">Seconds by the edge's clock.</param>
public sealed record RoundHeader(
    uint Edge, uint Fence, uint Incarnation, long Number, int Count, Hash PreviousRoot, Hash Tree, uint Unix);
