using MqttPay.Payments;

namespace MqttPay.Rounds;

/// <summary>A journalled decision that the rules do not reproduce.</summary>
/// <param name="Again">What they say; null: no decision at all.</param>
public sealed record ReplayDifference(RequestName Name, Place Place, Decision Recorded, Decision? Again);
