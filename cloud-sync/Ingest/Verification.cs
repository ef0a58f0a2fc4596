using MqttPay.Settlement;

namespace MqttPay.CloudSync.Ingest;

/// <summary>What checking a batch led to.</summary>
internal abstract record Verification
{
    private Verification() { }

    /// <summary>Trees, chain and totals hold; each leaf says whether its device's signature does.</summary>
    public sealed record Good(IReadOnlyList<JournalItem> Items) : Verification;

    public sealed record Bad(Category Category, string Reason) : Verification;
}
