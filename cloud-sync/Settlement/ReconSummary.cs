namespace MqttPay.CloudSync.Settlement;

/// <summary>Every record of every batch, by its one category.</summary>
/// <param name="Uncategorised">Records that a batch counts and no category has, and rows that no batch counts; anything
/// but 0 is a fault.</param>
/// <param name="OpenBreaks">Breaks that wait for somebody, also those that are about no single record.</param>
internal sealed record ReconSummary(
    long Records, long ValueMinor, IReadOnlyDictionary<string, CategoryTotal> ByCategory, long Uncategorised,
    long OpenBreaks);

/// <summary>How many records are in a category, and what they paid.</summary>
internal sealed record CategoryTotal(int Number, long Count, long ValueMinor);
