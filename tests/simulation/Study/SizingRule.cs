using MqttPay.Payments;

namespace MqttPay.Simulation.Study;

/// <summary>What a rule may look at: what the cloud knows of one account at one edge this morning.</summary>
/// <param name="available">What the payer has outside of all leases.</param>
internal readonly ref struct Spender(ReadOnlySpan<long> daySums, int knownDays, long available)
{
    public ReadOnlySpan<long> DaySums { get; } = daySums;

    public int KnownDays { get; } = knownDays;

    public long Available { get; } = available;
}

/// <summary>One way to size leases, and the settings that it runs with.</summary>
internal sealed record SizingRule(string Name, string What, SizingRule.Sizing Size)
{
    public const string Chosen = "chosen";

    private const int Day = 24 * 3600;

    /// <summary>Older leases send a payment online and shrink its limits.</summary>
    private const uint Grace = Day / 2;

    public delegate long Sizing(Spender spender);

    public int LowWaterBasisPoints { get; init; } = 3_000;

    public bool WithFloat { get; init; } = true;

    public uint SpendSeconds { get; init; } = 7 * Day;

    /// <summary>Asks for a fresh lease at this age, besides what the edge asks by itself; 0: never.</summary>
    public uint FreshSeconds { get; init; }

    /// <summary>
    /// A payment that finds its payer's funds in other edges' leases has them called back, and is repeated.
    /// </summary>
    public bool Recalls { get; init; }

    /// <summary>The bounds of a grant.</summary>
    public SizingTerms Terms { get; init; } = new()
    {
        ShareBasisPoints = Limits.Whole, LargestMinor = LeaseWorld.LargestMinor,
    };

    public static IReadOnlyList<SizingRule> All { get; } = [.. Rules()];

    private static IEnumerable<SizingRule> Rules()
    {
        yield return Fixed("fixed 5", 5_00);
        yield return Fixed("fixed 20", 20_00);
        yield return Fixed("fixed 50", 50_00);
        yield return Fixed("fixed 150, 1 d", 150_00) with
        {
            What = "every lease 150.00 for a day, as before this study", SpendSeconds = Day,
        };
        yield return Fixed("fixed 20, no float", 20_00) with { WithFloat = false };
        yield return Share("share 10 %", 1_000);
        yield return Share("share 25 %", 2_500);
        yield return new("mean", "mean day's spending at the edge x outage", Mean);
        var baseline = new SizingRule(
            "q95", "95 % of all days of the last 28 x outage, top-up at 30 %", spender => AllDays(spender, 0));
        yield return baseline;
        yield return baseline with { Name = "q95, no float", WithFloat = false };
        var floor = new SizingRule("q95 + 10", "q95, newcomers at least 10.00", spender => AllDays(spender, 10_00));
        yield return floor;
        yield return floor with { Name = "q95 + 10, no float", WithFloat = false };
        yield return floor with { Name = "q95 + 10, top-up 10 %", LowWaterBasisPoints = 1_000 };
        yield return floor with { Name = "q95 + 10, top-up 50 %", LowWaterBasisPoints = 5_000 };
        yield return new("paid days q95", "95 % of the days with a payment, newcomers at least 10.00", PaidDays);
        yield return Sized("q85 x 2", Limits.Whole);
        var half = Sized("q85 x 2, half", Limits.Whole / 2);
        yield return half;
        yield return half with { Name = "q85 x 2, half, fresh", FreshSeconds = Grace };
        yield return half with { Name = "q85 x 2, half, recall", Recalls = true };
        yield return Sized("q85 x 2, 30 %, fresh", 3_000) with { FreshSeconds = Grace };
        var chosen = half with { Name = Chosen, FreshSeconds = Grace, Recalls = true };
        yield return chosen;
        yield return chosen with { Name = "chosen, no float", WithFloat = false };
        yield return chosen with { Name = "chosen, top-up 10 %", LowWaterBasisPoints = 1_000 };
        yield return chosen with { Name = "chosen, top-up 50 %", LowWaterBasisPoints = 5_000 };
        yield return chosen with { Name = "chosen, spend 1 d", SpendSeconds = Day };
        yield return floor with { Name = "q95 + 10, fresh, recall", FreshSeconds = Grace, Recalls = true };
        yield return Fixed("fixed 20, fresh, recall", 20_00) with { FreshSeconds = Grace, Recalls = true };
    }

    private static SizingRule Fixed(string name, long minor) =>
        new(name, $"every lease {minor / 100}.00", _ => minor);

    private static SizingRule Share(string name, int basisPoints) => new(
        name, "of the payer's available balance", spender => Limits.Shrink(spender.Available, basisPoints));

    private static SizingRule Sized(string name, int share)
    {
        var terms = new SizingTerms { ShareBasisPoints = share, LargestMinor = LeaseWorld.LargestMinor };
        return new(
            name, $"LeaseSizing: 2 x q85, newcomers at least 10.00, at most {share / 100} % of what is available",
            spender => LeaseSizing.WantedMinor(spender.DaySums, spender.KnownDays, terms)) { Terms = terms };
    }

    private static long Mean(Spender spender)
    {
        var sum = 0L;
        foreach (var day in spender.DaySums) sum += day;
        return spender.DaySums.IsEmpty ? 0 : sum / spender.DaySums.Length;
    }

    private static long PaidDays(Spender spender)
    {
        long[] paid = [.. spender.DaySums.ToArray().Where(sum => sum > 0)];
        var wanted = LeaseSizing.Quantile(paid, 1, 9_500);
        return spender.KnownDays < LeaseSizing.HistoryDays ? Math.Max(wanted, 10_00) : wanted;
    }

    private static long AllDays(Spender spender, long newcomer)
    {
        var wanted = LeaseSizing.Quantile(spender.DaySums, 1, 9_500);
        return spender.KnownDays < LeaseSizing.HistoryDays ? Math.Max(wanted, newcomer) : wanted;
    }
}
