using System.Text.Json;

namespace MqttPay.Simulation.Study;

/// <summary>All figures and all that they stand on, as JSON. The same seed gives the same bytes.</summary>
internal static class StudyReport
{
    private static readonly JsonSerializerOptions Form = new()
    {
        WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public static string Of(FleetPlan plan, ulong seed, IReadOnlyList<StudyRow> rows) => JsonSerializer.Serialize(
        new
        {
            Study = "leases",
            Seed = seed,
            Plan = plan,
            Terms = new { LeaseWorld.LargestMinor, LeaseWorld.FloatMinor, LeaseWorld.Currency },
            Outages = Enum.GetValues<OutagePattern>().ToDictionary(
                pattern => pattern.ToString(), pattern => Measure(Outage.Of(pattern, plan, seed))),
            Rules = rows.Select(row => new
            {
                row.Rule.Name,
                row.Rule.What,
                row.Rule.LowWaterBasisPoints,
                row.Rule.WithFloat,
                row.Rule.SpendSeconds,
                row.Rule.FreshSeconds,
                Failing = new { Figures = Figures.Of(row.Failing), Counts = row.Failing },
                Patterns = row.Runs.ToDictionary(
                    run => run.Pattern.ToString(),
                    run => new { Figures = Figures.Of(run.Tally), Counts = run.Tally }),
            }),
        },
        Form) + "\n";

    private static object Measure(IReadOnlyList<Outage> outages) => new
    {
        outages.Count,
        HoursTotal = outages.Sum(outage => outage.Until - outage.From) / 3_600,
        SecondsLongest = outages.Count == 0 ? 0 : outages.Max(outage => outage.Until - outage.From),
    };
}
