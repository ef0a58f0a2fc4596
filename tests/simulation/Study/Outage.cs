namespace MqttPay.Simulation.Study;

/// <summary>A stretch of time in which an edge cannot reach the cloud.</summary>
internal readonly record struct Outage(int Edge, long From, long Until)
{
    /// <summary>All outages of a fleet within the measured time, in order of edge and time, none overlapping.</summary>
    public static IReadOnlyList<Outage> Of(OutagePattern pattern, FleetPlan plan, ulong seed)
    {
        var outages = new List<Outage>();
        var draws = new Draws(seed);
        for (var edge = 0; edge < plan.Edges; edge++) Add(outages, pattern, plan, edge, new Law(draws.Fork()));
        return outages;
    }

    private static void Add(List<Outage> outages, OutagePattern pattern, FleetPlan plan, int edge, Law law)
    {
        const int hour = 3_600;
        var (start, end) = ((long)plan.MeasuredFromDay * FleetPlan.Day, (long)plan.EndDay * FleetPlan.Day);
        switch (pattern)
        {
            case OutagePattern.None:
                break;
            case OutagePattern.Short:
                for (var at = start + law.Exponential(8 * hour); at < end; at += law.Exponential(8 * hour))
                    at = Fail(outages, edge, at, 30 + law.Exponential(20 * 60));
                break;
            case OutagePattern.Long:
                var latest = (int)Math.Max(1, end - start - (2 * FleetPlan.Day));
                Fail(outages, edge, start + law.Below(latest), law.HeavyTailed(16 * hour, 20, 3 * FleetPlan.Day));
                break;
            case OutagePattern.Flapping:
                for (var at = start + law.Exponential(72 * hour); at < end; at += law.Exponential(72 * hour))
                {
                    var until = at + law.Exponential(4 * hour);
                    while (at < until)
                        at = Fail(outages, edge, at, 5 + law.Exponential(180)) + 5 + law.Exponential(120);
                }

                break;
            default:
                throw new InvariantException($"no such pattern: {pattern}");
        }
    }

    private static long Fail(List<Outage> outages, int edge, long from, long seconds)
    {
        outages.Add(new(edge, from, from + seconds));
        return from + seconds;
    }
}
