namespace MqttPay.CloudSync.Enrolment;

/// <summary>The limits of a new policy version; what is absent keeps its start value. Amounts in minor units.</summary>
internal sealed record PolicyInput
{
    public int Currency { get; init; } = 978;

    public uint? DenyMask { get; init; }

    public uint? OnlineMask { get; init; }

    public uint? DefaultMask { get; init; }

    public long? FloorMinor { get; init; }

    public int? SoftCount { get; init; }

    public int? HardCount { get; init; }

    public long? SoftCumulativeMinor { get; init; }

    public long? HardCumulativeMinor { get; init; }

    public long? AccountDayMinor { get; init; }

    public long? PayeeMinor { get; init; }

    public long? EdgeExposureMinor { get; init; }

    public int? LowWaterBasisPoints { get; init; }

    public uint? GraceSeconds { get; init; }

    public uint? DecaySeconds { get; init; }

    public int? DecayMinimumBasisPoints { get; init; }

    public uint? HoldSeconds { get; init; }

    /// <summary>32 bytes in hex; when payments are to be sampled and it is absent, the cloud makes one.</summary>
    public string? PickKey { get; init; }

    public int? PickTargetBasisPoints { get; init; }

    public int? PickMaximumBasisPoints { get; init; }

    public long? PickThresholdMinor { get; init; }

    public IReadOnlyList<uint>? OnlinePayees { get; init; }

    public IReadOnlyList<uint>? CapturingPayees { get; init; }

    public uint? ReverseSeconds { get; init; }

    public int? TrustedAfter { get; init; }

    public int? OutlierBasisPoints { get; init; }

    public long? RefundDayMinor { get; init; }

    public IReadOnlyList<TierInput>? Tiers { get; init; }
}
