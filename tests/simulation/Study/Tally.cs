namespace MqttPay.Simulation.Study;

/// <summary>What is counted in one run, in whole numbers; shares are made of them at the very end.</summary>
internal sealed record Tally
{
    public long Payments { get; set; }

    public long Approved { get; set; }

    public long PartitionPayments { get; set; }

    public long PartitionApproved { get; set; }

    public long ApprovedMinor { get; set; }

    /// <summary>False declines: the payer had the money, but not in a lease at this edge.</summary>
    public long FundsElsewhere { get; set; }

    public long FundsElsewhereMinor { get; set; }

    public long NoFunds { get; set; }

    /// <summary>Declined by floor, counts, sums or age, with enough in the lease.</summary>
    public long ByLimits { get; set; }

    public long PartitionByLimits { get; set; }

    public long Denied { get; set; }

    /// <summary>Payments that waited for an answer of the cloud.</summary>
    public long OnlineAsks { get; set; }

    /// <summary>Asks that no payment waited for.</summary>
    public long BackgroundAsks { get; set; }

    public long Grants { get; set; }

    public long FloatSpentMinor { get; set; }

    /// <summary>Float that payers could not repay when it was posted.</summary>
    public long FloatDebtMinor { get; set; }

    /// <summary>Of it, not repaid at the end.</summary>
    public long FloatLossMinor { get; set; }

    public long Samples { get; set; }

    public long LockedShareSum { get; set; }

    public long LockedShareMax { get; set; }

    public long EdgeSamples { get; set; }

    public long AtStakeSumMinor { get; set; }

    public long AtStakeMaxMinor { get; set; }

    /// <summary>Adds a run over the same fleet with other outages.</summary>
    public static Tally operator +(Tally left, Tally right) => new()
    {
        Payments = left.Payments + right.Payments,
        Approved = left.Approved + right.Approved,
        PartitionPayments = left.PartitionPayments + right.PartitionPayments,
        PartitionApproved = left.PartitionApproved + right.PartitionApproved,
        ApprovedMinor = left.ApprovedMinor + right.ApprovedMinor,
        FundsElsewhere = left.FundsElsewhere + right.FundsElsewhere,
        FundsElsewhereMinor = left.FundsElsewhereMinor + right.FundsElsewhereMinor,
        NoFunds = left.NoFunds + right.NoFunds,
        ByLimits = left.ByLimits + right.ByLimits,
        PartitionByLimits = left.PartitionByLimits + right.PartitionByLimits,
        Denied = left.Denied + right.Denied,
        OnlineAsks = left.OnlineAsks + right.OnlineAsks,
        BackgroundAsks = left.BackgroundAsks + right.BackgroundAsks,
        Grants = left.Grants + right.Grants,
        FloatSpentMinor = left.FloatSpentMinor + right.FloatSpentMinor,
        FloatDebtMinor = left.FloatDebtMinor + right.FloatDebtMinor,
        FloatLossMinor = left.FloatLossMinor + right.FloatLossMinor,
        Samples = left.Samples + right.Samples,
        LockedShareSum = left.LockedShareSum + right.LockedShareSum,
        LockedShareMax = Math.Max(left.LockedShareMax, right.LockedShareMax),
        EdgeSamples = left.EdgeSamples + right.EdgeSamples,
        AtStakeSumMinor = left.AtStakeSumMinor + right.AtStakeSumMinor,
        AtStakeMaxMinor = Math.Max(left.AtStakeMaxMinor, right.AtStakeMaxMinor),
    };
}
