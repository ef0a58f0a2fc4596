namespace MqttPay.Simulation.Study;

/// <summary>One rule's figures: per pattern of outages, and over all patterns in which links fail.</summary>
internal sealed record StudyRow(SizingRule Rule, IReadOnlyList<(OutagePattern Pattern, Tally Tally)> Runs)
{
    public Tally Failing { get; } = Runs
        .Where(run => run.Pattern is not OutagePattern.None)
        .Select(run => run.Tally)
        .Aggregate(new Tally(), (sum, tally) => sum + tally);

    public Tally Of(OutagePattern pattern) => Runs.Single(run => run.Pattern == pattern).Tally;
}
