namespace MqttPay.CloudSync.Reports;

internal sealed record ProofCheck(string Name, string What, long Violations);
