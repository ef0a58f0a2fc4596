namespace MqttPay.CloudSync.Reports;

internal sealed record BalanceLine(int Currency, string Kind, long Accounts, long BalanceMinor, long HeldMinor);
