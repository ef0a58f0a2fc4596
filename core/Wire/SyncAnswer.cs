using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>
/// The cloud's news for an edge. Documents are signed messages; those that have not changed are absent.
/// </summary>
/// <param name="NextRound">The round that the cloud waits for.</param>
/// <param name="HeadRoot">The root of the round before it.</param>
/// <param name="Grants">
/// All leases of this edge and fence whose LEASE_ON has not been seen, so a lost answer returns.
/// </param>
public sealed record SyncAnswer(
    uint Fence, long NextRound, Hash HeadRoot, IReadOnlyList<byte[]> Grants, byte[]? Policy, byte[]? DenyList,
    byte[]? Roster, uint Unix, IReadOnlyList<(uint Ask, DecisionCode Code)> Refusals, byte[]? FenceOrder,
    IReadOnlyList<long> LeasesToStop);
