using MqttPay.Payments;

namespace MqttPay.Rounds;

/// <summary>An approval that counts against limits until the cloud acknowledges its round.</summary>
internal readonly record struct UnacknowledgedApproval(
    long Round, KeyId Kid, AccountId? Account, uint Payee, long AmountMinor);
