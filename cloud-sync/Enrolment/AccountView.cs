namespace MqttPay.CloudSync.Enrolment;

/// <summary>A payer's balance. What is in leases has left it; available is what a new lease may take.</summary>
internal sealed record AccountView(
    string AccountId, int Currency, string? Holder, long BalanceMinor, long CreditMinor, long AvailableMinor,
    long LeasedMinor);
