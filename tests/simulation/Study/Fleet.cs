namespace MqttPay.Simulation.Study;

/// <summary>
/// Payers, their edges and every payment they want to make, drawn once from a seed: all rules meet the same demand.
/// </summary>
internal sealed class Fleet
{
    /// <summary>Tens of payments per hour of the day: commuting, lunch, evening.</summary>
    private static readonly int[] Hours =
        [2, 1, 1, 1, 2, 6, 22, 48, 42, 26, 24, 38, 62, 48, 26, 28, 40, 54, 48, 32, 22, 14, 8, 4];

    private static readonly int[] RoamingCounts = [35, 30, 20, 10, 5];

    /// <summary>Balance kept, in tenths of a week's spending.</summary>
    private static readonly (int Weight, int Tenths)[] Thrift = [(4, 4), (16, 12), (35, 20), (30, 40), (15, 100)];

    private readonly List<PlannedPayer> payers = [];
    private readonly List<Visit> visits = [];

    public Fleet(FleetPlan plan, ulong seed)
    {
        Plan = plan;
        var draws = new Draws(seed);
        for (var payer = 0; payer < plan.Payers; payer++) Add(new Law(draws.Fork()));
        visits.Sort(static (left, right) =>
            (left.Second, left.Payer, left.AmountMinor).CompareTo((right.Second, right.Payer, right.AmountMinor)));
    }

    public FleetPlan Plan { get; }

    public IReadOnlyList<PlannedPayer> Payers => payers;

    /// <summary>In order of time; the history first.</summary>
    public IReadOnlyList<Visit> Visits => visits;

    public int Seats { get; private set; }

    private void Add(Law law)
    {
        var edges = EdgesOf(law);
        var isNew = law.PerMille(Plan.NewcomersPerMille);
        var first = isNew ? Plan.StartDay + law.Below(Plan.EndDay - Plan.StartDay) : 0;
        var usual = Math.Clamp(law.Around(3_50, 90), 50, 40_00);
        // Thousandths of a visit on a day out; heavy-tailed: most come now and then, a few several times a day.
        var rate = (int)law.HeavyTailed(350, 13, 5_000);
        var out7 = 2 + law.Below(6);   // Days out of seven.
        var payer = payers.Count;
        var before = visits.Count;
        for (var day = first; day < Plan.EndDay; day++) AddDay(law, payer, edges.Length, day, rate, out7, usual);
        var spent = 0L;
        for (var visit = before; visit < visits.Count; visit++) spent += visits[visit].AmountMinor;
        var week = Math.Max(usual, spent * 7 / (Plan.EndDay - first));
        var target = Math.Max(5_00, week * Thrift[law.Pick([.. Thrift.Select(t => t.Weight)])].Tenths / 10);
        var last = law.PerMille(Plan.LeaversPerMille) ? law.Below(Plan.EndDay) : int.MaxValue;
        payers.Add(new(edges, Seats, first, target, law.Below(7), last));
        Seats += edges.Length;
    }

    /// <summary>Edges differ in size: the first ones have up to four times the payers of the last ones.</summary>
    private int[] EdgesOf(Law law)
    {
        var home = Math.Min(law.Below(Plan.Edges), law.Below(Plan.Edges + (Plan.Edges / 2)));
        var edges = new List<int> { home };
        for (var more = law.Pick(RoamingCounts); more > 0; more--)
        {
            var other = law.Below(Plan.Edges);
            if (!edges.Contains(other)) edges.Add(other);
        }

        return [.. edges];
    }

    private void AddDay(Law law, int payer, int choices, int day, int rate, int out7, long usual)
    {
        var isWeekend = day % 7 >= 5;
        if (law.Below(7) >= out7 || (isWeekend && law.PerMille(400))) return;
        var count = (rate / 1_000) + (law.PerMille(rate % 1_000) ? 1 : 0);
        var roams = choices > 1 && law.PerMille(180) ? 1 + law.Below(choices - 1) : 0;   // For the whole day.
        for (var visit = 0; visit < count; visit++)
        {
            var second = ((long)day * FleetPlan.Day) + (law.Pick(Hours) * 3_600) + law.Below(3_600);
            var amount = Math.Clamp(law.Around(usual, 60), 20, 150_00);
            visits.Add(new(second, payer, roams, amount));
        }
    }
}
