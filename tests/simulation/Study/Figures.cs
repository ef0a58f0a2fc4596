namespace MqttPay.Simulation.Study;

/// <summary>A run's counts as shares and amounts for people; decimal arithmetic, equal on every machine.</summary>
internal sealed record Figures
{
    public required decimal ApprovalPercent { get; init; }

    public required decimal PartitionApprovalPercent { get; init; }

    public required decimal LockedMeanPercent { get; init; }

    public required decimal LockedPeakPercent { get; init; }

    public required long FundsElsewhere { get; init; }

    /// <summary>Of a thousand payments.</summary>
    public required decimal FundsElsewherePerMille { get; init; }

    public required decimal FundsElsewhereValue { get; init; }

    public required decimal FloatSpent { get; init; }

    public required decimal FloatLoss { get; init; }

    public required decimal OnlineAsksPerPayment { get; init; }

    public required decimal BackgroundAsksPerPayment { get; init; }

    public required decimal AsksPerPayment { get; init; }

    public required decimal VanishMean { get; init; }

    public required decimal VanishMax { get; init; }

    public static Figures Of(Tally tally) => new()
    {
        ApprovalPercent = Ratio(100 * tally.Approved, tally.Payments),
        PartitionApprovalPercent = Ratio(100 * tally.PartitionApproved, tally.PartitionPayments),
        LockedMeanPercent = Ratio(tally.LockedShareSum, 10_000 * tally.Samples),
        LockedPeakPercent = Ratio(tally.LockedShareMax, 10_000),
        FundsElsewhere = tally.FundsElsewhere,
        FundsElsewherePerMille = Ratio(1_000 * tally.FundsElsewhere, tally.Payments),
        FundsElsewhereValue = Ratio(tally.FundsElsewhereMinor, 100),
        FloatSpent = Ratio(tally.FloatSpentMinor, 100),
        FloatLoss = Ratio(tally.FloatLossMinor, 100),
        OnlineAsksPerPayment = Ratio(tally.OnlineAsks, tally.Payments),
        BackgroundAsksPerPayment = Ratio(tally.BackgroundAsks, tally.Payments),
        AsksPerPayment = Ratio(tally.OnlineAsks + tally.BackgroundAsks, tally.Payments),
        VanishMean = Ratio(tally.AtStakeSumMinor, 100 * tally.EdgeSamples),
        VanishMax = Ratio(tally.AtStakeMaxMinor, 100),
    };

    private static decimal Ratio(long part, long whole) => whole == 0 ? 0.00m : Math.Round(part / (decimal)whole, 2);
}
