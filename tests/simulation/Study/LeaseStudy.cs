using System.Globalization;

namespace MqttPay.Simulation.Study;

/// <summary>
/// Consistency is given: no rule lets a payer be overdrawn. This measures what it costs: how many good payments each
/// rule for the size of leases declines while links fail, and how much money waits in leases for that.
/// </summary>
internal static class LeaseStudy
{
    private static readonly OutagePattern[] Patterns = Enum.GetValues<OutagePattern>();

    /// <summary><c>--study leases [--seed S] [--payers N] [--days N] [--json FILE] [--svg FILE]</c></summary>
    public static int Run(string[] args)
    {
        if (Option(args, "--study") is not "leases")
        {
            Console.Error.WriteLine("--study leases is the only study here");
            return 2;
        }

        var seed = (ulong)Number(args, "--seed", 1);
        var plan = new FleetPlan();
        plan = plan with
        {
            Payers = Number(args, "--payers", plan.Payers), MeasuredDays = Number(args, "--days", plan.MeasuredDays),
        };
        var rows = Measure(plan, seed, SizingRule.All, Console.Error.WriteLine);
        foreach (var line in StudyTable.Of(rows)) Console.WriteLine(line);
        if (Option(args, "--json") is { } json) File.WriteAllText(json, StudyReport.Of(plan, seed, rows));
        if (Option(args, "--svg") is { } svg) File.WriteAllText(svg, StudyPlot.Of(plan, seed, rows));
        return 0;
    }

    public static IReadOnlyList<StudyRow> Measure(
        FleetPlan plan, ulong seed, IReadOnlyList<SizingRule> rules, Action<string> tell)
    {
        var fleet = new Fleet(plan, seed);
        tell($"{plan.Edges} edges, {plan.Payers} payers, {fleet.Seats} places to pay, {fleet.Visits.Count} payments");
        var outages = Patterns.ToDictionary(pattern => pattern, pattern => Outage.Of(pattern, plan, seed));
        var rows = new List<StudyRow>();
        foreach (var rule in rules)
        {
            rows.Add(new(rule, [.. Patterns.Select(pattern =>
                (pattern, new LeaseWorld(fleet, rule, outages[pattern]).Run()))]));
            tell($"{rows.Count,3}/{rules.Count}  {rule.Name}");
        }

        return rows;
    }

    private static string? Option(string[] args, string name)
    {
        var at = Array.IndexOf(args, name);
        return at < 0 || at + 1 >= args.Length ? null : args[at + 1];
    }

    private static int Number(string[] args, string name, int otherwise) =>
        Option(args, name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
