namespace MqttPay.CloudSync.Reports;

/// <summary>
/// Where every record of every accepted batch is. Uncategorised is what the batches counted and no category holds: it
/// must be 0.
/// </summary>
internal sealed record ReconView(
    long Batches, long Records, IReadOnlyDictionary<string, long> ByCategory,
    IReadOnlyDictionary<string, long> ValueMinorByCategory, long Uncategorised, long OpenBreaks,
    IReadOnlyDictionary<int, long> LedgerSumMinor);
