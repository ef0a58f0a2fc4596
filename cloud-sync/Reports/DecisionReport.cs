namespace MqttPay.CloudSync.Reports;

/// <summary>What the edge decided, and on which evidence.</summary>
internal sealed record DecisionReport(
    int Code, string Name, long AmountMinor, uint Evidence, long Lease, uint HoldSeconds, uint Policy);
