namespace MqttPay.CloudSync.Enrolment;

/// <summary>
/// A gateway as the cloud knows it, with the terms of its leases. Exposure: what its leases hold, the worst loss if it
/// vanishes now.
/// </summary>
internal sealed record GatewayView(
    uint EdgeId, string State, uint Fence, int Currency, long Payee, long NextRound, string Head, long RosterVersion,
    long LeaseMinor, long NewcomerMinor, int LeaseShareBasisPoints, long ExposureMinor, DateTimeOffset? LastContactAt,
    IReadOnlyList<LeaseView> Leases);
