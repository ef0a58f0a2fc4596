namespace MqttPay.CloudSync.Leases;

/// <summary>What was taken back by force. The operator's edge_loss paid; a late journal settles from there.</summary>
/// <param name="Fence">The gateway's fence from now on.</param>
internal sealed record ReclaimView(
    uint EdgeId, uint Fence, long ReturnedMinor, IReadOnlyList<ReclaimedLease> Leases);

/// <param name="AccountId">Who got it; null for the gateway's float.</param>
/// <param name="HeldMinor">What was held then, and is covered by the operator from now on.</param>
internal sealed record ReclaimedLease(long Lease, string? AccountId, long ReturnedMinor, long HeldMinor);
