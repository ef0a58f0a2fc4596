namespace MqttPay.Settlement;

/// <summary>
/// The categories that fit one record. The first in their order counts, the others go into the evidence.
/// </summary>
internal sealed class Findings(bool late)
{
    private readonly SortedSet<Category> fitting = [];

    public Category First => fitting.Count > 0 ? fitting.Min : late ? Category.MatchedLate : Category.Matched;

    public IReadOnlyList<Category> Also => [.. fitting.Skip(1)];

    /// <summary>Whether the money waits in suspense: somebody has to say whose it is.</summary>
    public bool Suspends => fitting.Contains(Category.Orphan) || fitting.Contains(Category.CurrencyMismatch)
        || fitting.Contains(Category.StatusMismatch);

    public void Add(Category category) => fitting.Add(category);

    public void AddIf(bool fits, Category category)
    {
        if (fits) fitting.Add(category);
    }
}
