using MqttPay.Settlement;

namespace MqttPay.CloudSync.Settlement;

/// <summary>The accounts of one kind in one currency, together.</summary>
internal sealed record TrialBalanceLine(
    int Currency, AccountKind Kind, long Accounts, long BalanceMinor, long HeldMinor);
