namespace MqttPay.CloudSync.Settlement;

/// <summary>One invariant of the ledger and how many rows violate it.</summary>
internal sealed record LedgerCheck(string Name, string What, long Violations);
