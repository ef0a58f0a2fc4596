using MqttPay.Payments;

namespace MqttPay.CloudSync.Leases;

/// <summary>A granted lease that its edge has not put into use, and its signed grant once there is one.</summary>
internal sealed record OfferedLease(
    long Lease, AccountId? Account, int Currency, long LimitMinor, DateTimeOffset GrantedAt, DateTimeOffset SpendUntil,
    long? AskNumber, byte[]? Message);
