namespace MqttPay.Simulation;

/// <summary>
/// Own 64-bit generator (SplitMix64): its numbers never change with the runtime, so old seeds keep their meaning.
/// </summary>
internal sealed class Draws(ulong seed)
{
    private ulong state = seed;

    /// <summary>From 0 up to, and without, <paramref name="end"/>.</summary>
    public int Below(int end) => (int)(Next() % (ulong)end);

    /// <summary>From <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public long Between(long low, long high) => low + (long)(Next() % (ulong)(high - low + 1));

    public bool Percent(int percent) => Below(100) < percent;

    /// <summary>True that often in ten thousand.</summary>
    public bool Chance(int inTenThousand) => Below(10_000) < inTenThousand;

    public ulong Bits() => Next();

    /// <summary>A stream of its own, so that a draw in one place leaves the others alone.</summary>
    public Draws Fork() => new(Next());

    private ulong Next()
    {
        unchecked
        {
            state += 0x9E3779B97F4A7C15;
            var z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
