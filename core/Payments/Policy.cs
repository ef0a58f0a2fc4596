namespace MqttPay.Payments;

/// <summary>
/// One signed version of limits, lifetimes and masks. Made by the cloud; versions only rise. Amounts in minor units.
/// </summary>
public sealed record Policy
{
    public required uint Version { get; init; }

    public required int Currency { get; init; }

    public DecisionMasks Masks { get; init; } = DecisionMasks.Standard;

    /// <summary>Largest sum of an account's approvals at this edge within 60 minutes that is decided alone.</summary>
    public long FloorMinor { get; init; } = 20_00;

    /// <summary>Unacknowledged approvals of a device or account beyond which going online is wanted.</summary>
    public int SoftCount { get; init; } = 5;

    public int HardCount { get; init; } = 20;

    public long SoftCumulativeMinor { get; init; } = 40_00;

    public long HardCumulativeMinor { get; init; } = 100_00;

    /// <summary>Largest sum of an account's approvals at this edge within 24 hours.</summary>
    public long AccountDayMinor { get; init; } = 150_00;

    /// <summary>Largest unacknowledged sum for one payee.</summary>
    public long PayeeMinor { get; init; } = 5_000_00;

    /// <summary>Largest unacknowledged sum of the whole edge.</summary>
    public long EdgeExposureMinor { get; init; } = 5_000_00;

    /// <summary>A lease is low when less than this share of its limit would remain.</summary>
    public int LowWaterBasisPoints { get; init; } = 3_000;

    /// <summary>How old a lease or deny list may be before limits shrink.</summary>
    public uint GraceSeconds { get; init; } = 12 * 3600;

    /// <summary>Over how long, after the grace, limits shrink to their minimum.</summary>
    public uint DecaySeconds { get; init; } = 72 * 3600;

    public int DecayMinimumBasisPoints { get; init; } = 2_000;

    /// <summary>How long an authorised amount is held.</summary>
    public uint HoldSeconds { get; init; } = 24 * 3600;

    /// <summary>32 bytes with which payments are sampled for going online; null when none are.</summary>
    public byte[]? PickKey { get; init; }

    /// <summary>Share of the payments below <see cref="PickThresholdMinor"/> that is sampled.</summary>
    public int PickTargetBasisPoints { get; init; }

    /// <summary>Share that is sampled at the floor; between threshold and floor it rises linearly.</summary>
    public int PickMaximumBasisPoints { get; init; }

    public long PickThresholdMinor { get; init; }

    /// <summary>Payees that want the cloud asked for each payment.</summary>
    public IReadOnlyList<uint> OnlinePayees { get; init; } = [];

    /// <summary>
    /// Payees whose holds capture when their time is over: a SALE whole, an AUTH what its last voucher says. Other
    /// holds are given back.
    /// </summary>
    public IReadOnlyList<uint> CapturingPayees { get; init; } = [];

    /// <summary>How long a device may undo a request whose outcome it does not know.</summary>
    public uint ReverseSeconds { get; init; } = 120;

    /// <summary>A device with fewer acknowledged approvals here is new.</summary>
    public int TrustedAfter { get; init; } = 3;

    /// <summary>An amount above this share of the account's mean here is an outlier; 0 turns the check off.</summary>
    public int OutlierBasisPoints { get; init; }

    /// <summary>Largest sum that one payee refunds at this edge within 24 hours.</summary>
    public long RefundDayMinor { get; init; } = 500_00;

    public IReadOnlyList<Tier> Tiers { get; init; } = [];

    public Tier TierOf(int number)
    {
        foreach (var tier in Tiers)
            if (tier.Number == number) return tier;
        return Tier.Standard;
    }
}
