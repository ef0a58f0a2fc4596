namespace MqttPay.CloudSync.Enrolment;

internal sealed record PayeeView(uint Payee, int Currency, string? Name, long BalanceMinor);
