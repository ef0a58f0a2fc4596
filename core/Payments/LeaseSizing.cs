namespace MqttPay.Payments;

/// <summary>
/// How much of a payer's funds an edge gets to spend alone. It picks a number under what is available and can break no
/// bound: too small a lease costs sales, too large a one strands money.
/// </summary>
public static class LeaseSizing
{
    /// <summary>How many whole days of spending at the edge are looked at.</summary>
    public const int HistoryDays = 28;

    /// <summary>
    /// The size worth having: a reserve above what the account spent here in most stretches as long as the expected
    /// outage. Zero means that no lease should wait here: the account is known and hardly ever comes.
    /// </summary>
    /// <param name="daySums">Spending at this edge per whole day, newest last.</param>
    /// <param name="knownDays">How long the account has been known at this edge.</param>
    public static long WantedMinor(ReadOnlySpan<long> daySums, int knownDays, SizingTerms terms)
    {
        var usual = Quantile(daySums, terms.OutageDays, terms.QuantileBasisPoints);
        var wanted = Portion(usual, terms.ReserveBasisPoints);
        if (knownDays < HistoryDays) wanted = Math.Max(wanted, terms.NewcomerMinor);
        return Math.Min(wanted, terms.LargestMinor);
    }

    /// <summary>
    /// What is granted now; zero means none, and the edge goes on with what it has. A top-up replaces the lease before
    /// it, so it is never smaller than what that one still holds, unless its time runs out anyway.
    /// </summary>
    public static long GrantMinor(LeaseNeed need, SizingTerms terms)
    {
        var share = Portion(need.AvailableMinor + need.RemainingMinor, terms.ShareBasisPoints);
        var wanted = Math.Max(Math.Min(need.WantedMinor, share), need.PaymentMinor);
        if (wanted <= 0) return 0;
        var least = Math.Max(need.RunsOut ? 1 : Math.Max(1, need.RemainingMinor), need.PaymentMinor);
        var size = Math.Min(Math.Min(Math.Max(wanted, least), terms.LargestMinor), need.AvailableMinor);
        return size < least ? 0 : size;
    }

    /// <summary>
    /// The smallest sum that at least a share of all stretches of <paramref name="stretchDays"/> days keeps to.
    /// </summary>
    public static long Quantile(ReadOnlySpan<long> daySums, int stretchDays, int basisPoints)
    {
        Invariant.Holds(daySums.Length <= HistoryDays && stretchDays > 0 && basisPoints is >= 0 and <= Limits.Whole);
        Span<long> sums = stackalloc long[HistoryDays];
        var (count, sum) = (0, 0L);
        for (var day = 0; day < daySums.Length; day++)
        {
            sum += daySums[day];
            if (day >= stretchDays) sum -= daySums[day - stretchDays];
            if (day >= Math.Min(stretchDays, daySums.Length) - 1) sums[count++] = sum;
        }

        if (count == 0) return 0;
        sums = sums[..count];
        sums.Sort();
        var rank = ((count * (long)basisPoints) + Limits.Whole - 1) / Limits.Whole;
        return sums[(int)Math.Max(0, rank - 1)];
    }

    /// <summary>Unlike a limit, a balance may be too large to be multiplied first.</summary>
    private static long Portion(long minor, int basisPoints) =>
        (minor / Limits.Whole * basisPoints) + (minor % Limits.Whole * basisPoints / Limits.Whole);
}
