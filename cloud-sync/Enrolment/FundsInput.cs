namespace MqttPay.CloudSync.Enrolment;

/// <summary>Money that a payer has brought, in minor units of the account's currency.</summary>
internal sealed record FundsInput(long AmountMinor);
