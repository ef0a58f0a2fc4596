namespace MqttPay.Settlement;

/// <summary>Who works on a break of a category, and how soon: start values in working time.</summary>
public static class CategoryRule
{
    public static string OwnerOf(Category category) => category switch
    {
        Category.BadSignature or Category.ChainFork => "security",
        Category.Conflict or Category.RevokedAtTime => "fraud",
        Category.ChainGap or Category.TotalsMismatch or Category.OverLease => "edge ops",
        Category.MissingAtEdge or Category.MissingAtCloud or Category.ClockSuspect => "edge ops",
        _ => "finance",
    };

    public static TimeSpan DueIn(Category category) => category switch
    {
        Category.BadSignature or Category.ChainFork or Category.Conflict => TimeSpan.FromHours(1),
        Category.ChainGap or Category.TotalsMismatch => TimeSpan.FromHours(4),
        Category.RevokedAtTime or Category.OverLease => TimeSpan.FromDays(1),
        Category.MissingAtEdge or Category.MissingAtCloud => TimeSpan.FromDays(1),
        Category.ClockSuspect => TimeSpan.FromDays(5),
        _ => TimeSpan.FromDays(2),
    };

    /// <summary>
    /// Whether a stored record of this category needs a row of its own to say so; the others follow from their place.
    /// </summary>
    public static bool IsBreak(Category category) => category is not
        (Category.Matched or Category.MatchedLate or Category.InTransit or Category.DuplicateBenign);
}
