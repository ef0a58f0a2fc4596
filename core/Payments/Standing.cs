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

    /// <summary>No contact with the cloud since the agent started.</summary>
    public bool RestartedOffline { get; init; }

    /// <summary>What the clock said when the round was opened, Unix seconds.</summary>
    public uint Unix { get; init; }

    public bool LeaseTimeIsUp => Lease is not null && Lease.TimeIsUp(ElapsedSeconds);

    /// <summary>What may be taken from the lease now.</summary>
    public long SpendableMinor => Lease is null || LeaseTimeIsUp ? 0 : Lease.RemainingMinor;

    /// <summary>The older of lease and deny list decides how far limits have shrunk.</summary>
    public long StalestSeconds => Math.Max(DenyAgeSeconds, LeaseAgeSeconds);

    private long LeaseAgeSeconds =>
        Lease is null or { IsFloat: true } ? 0 : Math.Max(0, ElapsedSeconds - Lease.SinceSeconds);

    /// <summary>Gathers every fact about a request. It decides nothing.</summary>
    public Evidence EvidenceOf(PaymentRequest request)
    {
        var amount = request.AmountMinor;
        var factor = Limits.StalenessFactor(Policy, StalestSeconds);
        var count = Math.Max(Device.Count, Account.Count);
        var sum = Math.Max(Device.SumMinor, Account.SumMinor);
        bool Exceeds(long limit, long used) => amount > Limits.Headroom(Limits.Shrink(limit, factor), used);

        var evidence = Evidence.None;
        void Set(Evidence bit, bool isTrue) => evidence |= isTrue ? bit : Evidence.None;
        Set(Evidence.OverFloor, Exceeds(Policy.FloorMinor, AccountHourMinor));
        Set(Evidence.SoftCount, count + 1 > Limits.Shrink(Policy.SoftCount, factor));
        Set(Evidence.HardCount, count + 1 > Limits.Shrink(Policy.HardCount, factor));
        Set(Evidence.SoftCumulative, Exceeds(Policy.SoftCumulativeMinor, sum));
        Set(Evidence.HardCumulative, Exceeds(Policy.HardCumulativeMinor, sum)
            || Exceeds(Policy.AccountDayMinor, AccountDayMinor));
        Set(Evidence.SiteCap, Exceeds(Policy.PayeeMinor, PayeeExposureMinor)
            || Exceeds(Policy.EdgeExposureMinor, EdgeExposureMinor));
        Set(Evidence.LeaseLow, Lease is not null && SpendableMinor - amount < LowWaterMinor);
        Set(Evidence.NoLease, Lease is null or { IsFloat: true });
        Set(Evidence.LeaseStale, LeaseAgeSeconds > Policy.GraceSeconds);
        Set(Evidence.DenyStale, DenyAgeSeconds > Policy.GraceSeconds);
        Set(Evidence.LeaseShort, amount > SpendableMinor);
        Set(Evidence.SequenceGap, SequenceGap);
        Set(Evidence.PreviousMismatch, PreviousMismatch);
        Set(Evidence.EdgeRestartedOffline, RestartedOffline);
        Set(Evidence.ClockSuspect, request.DeviceTime is { } time && Math.Abs((long)time - Unix) > 24 * 3600);
        return evidence;
    }

    private long LowWaterMinor => Lease is null ? 0 : Limits.Shrink(Lease.LimitMinor, Policy.LowWaterBasisPoints);
}
