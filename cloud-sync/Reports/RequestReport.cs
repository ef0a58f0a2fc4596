namespace MqttPay.CloudSync.Reports;

/// <summary>What the device signed.</summary>
internal sealed record RequestReport(
    string Operation, long AmountMinor, int Currency, string? AccountId, uint? Payee, long? ReferenceSeq,
    string? ReferenceId, uint? DeviceTime, string Message);
