namespace MqttPay.CloudSync.Reports;

/// <summary>One side of a movement.</summary>
internal sealed record LegView(string Cause, long Account, string Kind, long? Owner, long AmountMinor);
