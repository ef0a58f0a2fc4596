namespace MqttPay.CloudSync.Enrolment;

/// <summary>A payer: an 8-byte token in hex, its currency, and the funds and credit that it starts with.</summary>
internal sealed record AccountInput(
    string? AccountId, int Currency, string? Holder = null, long CreditMinor = 0, long FundMinor = 0);
