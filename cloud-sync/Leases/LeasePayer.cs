namespace MqttPay.CloudSync.Leases;

/// <summary>The account that pays for a lease and what it has available, its row locked.</summary>
internal sealed record LeasePayer(long Account, long AvailableMinor);
