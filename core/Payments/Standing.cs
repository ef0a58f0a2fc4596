namespace MqttPay.Payments;

/// <summary>All that a decision may look at. Times are the edge's elapsed seconds, which the journal records.</summary>
public sealed record Standing
{
    public required Policy Policy { get; init; }

    /// <summary>The payer's lease here, else the edge's float, else null.</summary>
    public required Lease? Lease { get; init; }

    public required long ElapsedSeconds { get; init; }

    /// <summary>How long ago the cloud last confirmed the deny list.</summary>
    public required long DenyAgeSeconds { get; init; }

    public Spending Device { get; init; }

    public Spending Account { get; init; }

    public long AccountHourMinor { get; init; }

    public long AccountDayMinor { get; init; }

    public long PayeeExposureMinor { get; init; }

    public long EdgeExposureMinor { get; init; }

    public bool SequenceGap { get; init; }

    public bool PreviousMismatch { get; init; }

    /// <summary>The device's class; it may shrink limits and add to masks.</summary>
    public Tier Tier { get; init; } = Tier.Standard;

    public bool Attested { get; init; }

    /// <summary>Whom the request pays, the site's default resolved.</summary>
    public uint Payee { get; init; }

    /// <summary>The device's approvals here that the cloud has acknowledged.</summary>
    public int DeviceSettled { get; init; }

    /// <summary>All approvals of the account at this edge, since it began.</summary>
    public Spending AccountEver { get; init; }

    /// <summary>No contact with the cloud since the agent started.</summary>
    public bool RestartedOffline { get; init; }

    /// <summary>What the clock said when the round was opened, Unix seconds.</summary>
    public uint Unix { get; init; }

    /// <summary>The payer's newest lease here ended because its time was over.</summary>
    public bool TimeStoppedLease { get; init; }

    public bool LeaseTimeIsUp => Lease is not null && Lease.TimeIsUp(ElapsedSeconds);

    /// <summary>What may be taken from the lease now.</summary>
    public long SpendableMinor => Lease is null || LeaseTimeIsUp ? 0 : Lease.RemainingMinor;

    /// <summary>The older of lease and deny list decides how far limits have shrunk.</summary>
    public long StalestSeconds => Math.Max(DenyAgeSeconds, LeaseAgeSeconds);

    private long LeaseAgeSeconds =>
        Lease is null or { IsFloat: true } ? 0 : Math.Max(0, ElapsedSeconds - Lease.SinceSeconds);

    /// <summary>Approvals of an account before which it has no pattern to leave.</summary>
    private const int PatternMin = 5;

    /// <summary>How far limits have shrunk, by staleness and tier.</summary>
    private int Factor => Math.Min(Limits.Whole, Tier.FactorBasisPoints)
        * Limits.StalenessFactor(Policy, StalestSeconds) / Limits.Whole;

    /// <summary>What each limit still allows; negative when it is exceeded already.</summary>
    public Headroom Headroom()
    {
        var factor = Factor;
        var count = Math.Max(Device.Count, Account.Count);
        var sum = Math.Max(Device.SumMinor, Account.SumMinor);
        long Left(long limit, long used) => Limits.Headroom(Limits.Shrink(limit, factor), used);
        return new(
            Left(Policy.FloorMinor, AccountHourMinor),
            Left(Policy.SoftCount, count),
            Left(Policy.HardCount, count),
            Left(Policy.SoftCumulativeMinor, sum),
            Left(Policy.HardCumulativeMinor, sum),
            Left(Policy.AccountDayMinor, AccountDayMinor),
            Left(Policy.PayeeMinor, PayeeExposureMinor),
            Left(Policy.EdgeExposureMinor, EdgeExposureMinor),
            SpendableMinor)
        {
            FactorBasisPoints = factor,
        };
    }

    /// <summary>Gathers every fact about a request over an amount. It decides nothing.</summary>
    public Evidence EvidenceOf(PaymentRequest request, long amountMinor)
    {
        var left = Headroom();
        var evidence = Evidence.None;
        void Set(Evidence bit, bool isTrue) => evidence |= isTrue ? bit : Evidence.None;
        Set(Evidence.OverFloor, amountMinor > left.FloorMinor);
        Set(Evidence.SoftCount, left.SoftCount < 1);
        Set(Evidence.HardCount, left.HardCount < 1);
        Set(Evidence.SoftCumulative, amountMinor > left.SoftCumulativeMinor);
        Set(Evidence.HardCumulative, amountMinor > left.HardCumulativeMinor || amountMinor > left.AccountDayMinor);
        Set(Evidence.SiteCap, amountMinor > left.PayeeMinor || amountMinor > left.EdgeMinor);
        Set(Evidence.LeaseLow, Lease is not null && left.LeaseMinor - amountMinor < LowWaterMinor);
        Set(Evidence.LeaseShort, amountMinor > left.LeaseMinor);
        Set(Evidence.NoLease, Lease is null or { IsFloat: true });
        Set(Evidence.LeaseStale, LeaseAgeSeconds > Policy.GraceSeconds);
        Set(Evidence.DenyStale, DenyAgeSeconds > Policy.GraceSeconds);
        Set(Evidence.RandomPick, RandomPick.Picks(Policy, request.Name, amountMinor));
        Set(Evidence.NewDevice, DeviceSettled < Policy.TrustedAfter);
        Set(Evidence.NewAccountHere, AccountEver.Count == 0);
        Set(Evidence.AmountOutlier, IsOutlier(amountMinor));
        Set(Evidence.SequenceGap, SequenceGap);
        Set(Evidence.PreviousMismatch, PreviousMismatch);
        Set(Evidence.EdgeRestartedOffline, RestartedOffline);
        Set(Evidence.PayeeForcedOnline, Policy.OnlinePayees.Contains(Payee));
        Set(Evidence.AttestationMissing, Tier.WantsAttestation && !Attested);
        Set(Evidence.ScoreMissing, Tier.WantsScore);   // There is no model yet, so no score is ever there.
        Set(Evidence.ClockSuspect, request.DeviceTime is { } time && Math.Abs((long)time - Unix) > 24 * 3600);
        return evidence;
    }

    private bool IsOutlier(long amountMinor)
    {
        if (Policy.OutlierBasisPoints == 0 || AccountEver.Count < PatternMin) return false;
        var mean = (Int128)AccountEver.SumMinor * Policy.OutlierBasisPoints;
        return (Int128)amountMinor * Limits.Whole * AccountEver.Count > mean;
    }

    private long LowWaterMinor => Lease is null ? 0 : Limits.Shrink(Lease.LimitMinor, Policy.LowWaterBasisPoints);
}
