namespace MqttPay;

/// <summary>
/// Bugs on purpose, each one line at its place. The shipped build has no switch: <see cref="Is"/> is false there and
/// nothing is left of them. The simulation's build switches one on and has to catch it.
/// </summary>
public static class Planted
{
#if PLANTED
    [ThreadStatic]
    private static ulong now;

    /// <summary>Switches bugs on for this thread; none switches all off.</summary>
    public static void Set(params ReadOnlySpan<Bug> bugs)
    {
        now = 0;
        foreach (var bug in bugs) now |= 1ul << (int)bug;
    }

    public static bool Is(Bug bug) => (now & (1ul << (int)bug)) != 0;
#else
    public static bool Is(Bug bug) => false;
#endif
}
