namespace MqttPay.Payments;

/// <summary>
/// Arithmetic of limits. A limit is compared by its headroom: the sum of two amounts can overflow, the headroom cannot.
/// </summary>
public static class Limits
{
    public const int Whole = 10_000;

    /// <summary>
    /// How much of every limit but the lease is left after <paramref name="ageSeconds"/>, in integer basis points.
    /// </summary>
    public static int StalenessFactor(Policy policy, long ageSeconds)
    {
        var late = Math.Max(0, ageSeconds - policy.GraceSeconds);
        if (late == 0) return Whole;
        if (late >= policy.DecaySeconds) return policy.DecayMinimumBasisPoints;
        return (int)Math.Max(policy.DecayMinimumBasisPoints, Whole - (Whole * late / policy.DecaySeconds));
    }

    /// <summary>Shrinks without overflow: limits reach 12 digits, the factor is at most 10 000.</summary>
    public static long Shrink(long limit, int basisPoints) => limit * basisPoints / Whole;

    /// <summary>What may still be added before the limit is passed; negative when it already is.</summary>
    public static long Headroom(long limit, long used) => limit - used + (Planted.Is(Bug.P13) ? 1 : 0);
}
