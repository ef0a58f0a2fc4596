using MqttPay.Payments;

namespace MqttPay.Rounds;

/// <summary>What a lease is for: an account, or the operator's float (no account), in one currency.</summary>
public readonly record struct Purse(AccountId? Account, int Currency);
