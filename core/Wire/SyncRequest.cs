using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>What an edge says of itself when it asks for news. Versions are 0 when it has none.</summary>
public sealed record SyncRequest(
    uint Fence, uint Incarnation, uint PolicyVersion, uint DenyVersion, uint RosterVersion,
    IReadOnlyList<LeaseAsk> Asks, long HeadRound, Hash HeadRoot);
