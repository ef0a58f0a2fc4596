using System.Numerics;

namespace MqttPay.Simulation.Study;

/// <summary>
/// Draws from exponential, heavy-tailed and bell-shaped laws in whole numbers, so that every machine draws the same.
/// The logarithm is the usual straight line between powers of two: off by at most 0.09, which no figure here notices.
/// </summary>
internal sealed class Law(Draws draws)
{
    private const int One = 1 << 16;
    private const long NaturalOfTwo = 45_426;   // ln 2, in 1/65536.

    public int Below(int end) => draws.Below(end);

    public bool PerMille(int share) => draws.Below(1_000) < share;

    public long Exponential(long mean) => mean * (MinusLogarithm() * NaturalOfTwo >> 16) >> 16;

    /// <summary>Pareto's law: one draw in 2^(k x tail / 10) is more than 2^k times the least.</summary>
    public long HeavyTailed(long least, int tailTenths, long most) =>
        Math.Min(most, least * PowerOfTwo(MinusLogarithm() * 10 / tailTenths) >> 16);

    /// <summary>Spreads around a median by a factor of 2^(bell x percent / 100), as incomes and prices do.</summary>
    public long Around(long median, int percent) => median * PowerOfTwo(Bell() * percent / 100) >> 16;

    /// <summary>An index, by weights.</summary>
    public int Pick(ReadOnlySpan<int> weights)
    {
        var sum = 0;
        foreach (var weight in weights) sum += weight;
        var left = draws.Below(sum);
        for (var index = 0; ; index++)
        {
            left -= weights[index];
            if (left < 0) return index;
        }
    }

    private long Bell()
    {
        var sum = -6L * One;
        for (var draw = 0; draw < 12; draw++) sum += draws.Below(One);
        return sum;
    }

    private long MinusLogarithm()
    {
        var uniform = (uint)draws.Below(1 << 30) + 1;
        var whole = BitOperations.Log2(uniform);
        var rest = ((long)uniform << 16 >> whole) - One;
        return ((30L - whole) << 16) - rest;
    }

    private static long PowerOfTwo(long exponent)
    {
        var whole = (int)(exponent >> 16);
        var mantissa = One + (exponent & (One - 1));
        return whole >= 0 ? mantissa << Math.Min(whole, 20) : mantissa >> Math.Min(-whole, 40);
    }
}
