namespace MqttPay.Settlement;

/// <summary>The holds of a batch as it goes on, each a list of parts in the order of their names.</summary>
internal sealed class HoldBook(Books books)
{
    private readonly Dictionary<LedgerName, List<HoldPart>> holds =
        books.Holds.ToDictionary(each => each.Key, each => each.Value.OrderBy(part => part.Name).ToList());

    private readonly Dictionary<LedgerName, LedgerName> auths = books.Holds.Values.SelectMany(parts => parts)
        .Where(part => part.Name != part.Auth).ToDictionary(part => part.Name, part => part.Auth);

    private readonly SortedSet<LedgerName> changed = [];

    public IReadOnlyList<HoldPart> Of(LedgerName auth) => holds.TryGetValue(auth, out var parts) ? parts : [];

    /// <summary>The part that an INCREMENT added; null for every other name.</summary>
    public HoldPart? Increment(LedgerName name) =>
        auths.TryGetValue(name, out var auth) ? Of(auth).Single(part => part.Name == name) : null;

    public IEnumerable<HoldPart> Changed => holds.Values.SelectMany(parts => parts)
        .Where(part => changed.Contains(part.Name)).OrderBy(part => part.Name);

    public void Set(HoldPart part)
    {
        if (!holds.TryGetValue(part.Auth, out var parts)) holds[part.Auth] = parts = [];
        if (part.Name != part.Auth) auths[part.Name] = part.Auth;
        parts.RemoveAll(each => each.Name == part.Name);
        parts.Add(part);
        parts.Sort((left, right) => left.Name.CompareTo(right.Name));
        changed.Add(part.Name);
    }
}
