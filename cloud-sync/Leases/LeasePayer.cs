namespace MqttPay.CloudSync.Leases;

/// <summary>The account that pays for a lease and what it has available, its row locked.</summary>
/// <param name="HasActiveDevice">Whether any key here may still spend it.</param>
/// <param name="DebtMinor">What the operator has paid for it and not got back.</param>
internal sealed record LeasePayer(long Account, long AvailableMinor, bool HasActiveDevice, long DebtMinor);
