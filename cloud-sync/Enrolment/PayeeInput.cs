namespace MqttPay.CloudSync.Enrolment;

/// <summary>Who is paid: a number of 1 to 4,294,967,295 and a currency.</summary>
internal sealed record PayeeInput(uint Payee, int Currency, string? Name = null);
