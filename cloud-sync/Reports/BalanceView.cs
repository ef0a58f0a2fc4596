namespace MqttPay.CloudSync.Reports;

/// <summary>The trial balance: what each kind of account holds, and that every currency sums to zero.</summary>
internal sealed record BalanceView(IReadOnlyList<BalanceLine> Lines, IReadOnlyDictionary<int, long> SumMinor);
