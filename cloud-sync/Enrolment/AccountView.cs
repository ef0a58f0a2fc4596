namespace MqttPay.CloudSync.Enrolment;

/// <summary>A payer's balance. What is in leases has left it; available is what a new lease may take.</summary>
/// <param name="DebtMinor">What the operator paid for it and has not got back; until then it gets no lease.</param>
internal sealed record AccountView(
    string AccountId, int Currency, string? Holder, long BalanceMinor, long CreditMinor, long AvailableMinor,
    long LeasedMinor, long DebtMinor);
