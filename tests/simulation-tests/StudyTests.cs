using System.Xml.Linq;
using MqttPay.Simulation.Study;
using Xunit;

namespace MqttPay.SimulationTests;

public sealed class StudyTests
{
    private static readonly FleetPlan Small = new() { Edges = 8, Payers = 300, MeasuredDays = 5 };

    private static readonly Lazy<IReadOnlyList<StudyRow>> Rows = new(() => Measure(1));

    public static TheoryData<int> Rules => [.. Enumerable.Range(0, SizingRule.All.Count)];

    [Fact]
    public void The_same_seed_gives_the_same_bytes()
    {
        var again = Measure(1);

        Assert.Equal(StudyReport.Of(Small, 1, Rows.Value), StudyReport.Of(Small, 1, again));
        Assert.Equal(StudyPlot.Of(Small, 1, Rows.Value), StudyPlot.Of(Small, 1, again));
        Assert.NotEqual(StudyReport.Of(Small, 1, Rows.Value), StudyReport.Of(Small, 1, Measure(2)));
    }

    /// <summary>Whatever rule sizes the leases and however links fail: payers' money is somewhere, once.</summary>
    [Theory, MemberData(nameof(Rules))]
    public void No_rule_makes_or_loses_money(int number)
    {
        foreach (var pattern in Enum.GetValues<OutagePattern>())
        {
            var world = new LeaseWorld(
                new Fleet(Small, 3), SizingRule.All[number], Outage.Of(pattern, Small, 3));
            var tally = world.Run();

            Assert.Equal(world.FundedMinor, world.FundsMinor + world.PaidMinor);
            Assert.True(world.LockedMinor >= 0 && world.LeastAvailableMinor >= 0);
            Assert.Equal(
                tally.Payments,
                tally.Approved + tally.Denied + tally.NoFunds + tally.FundsElsewhere + tally.ByLimits);
            Assert.True(tally.Payments > 500 && tally.Approved > 300, $"{tally}");
        }
    }

    [Fact]
    public void Without_outages_nobody_is_cut_off_and_the_float_is_not_touched() =>
        Assert.All(Rows.Value, row =>
        {
            var calm = row.Of(OutagePattern.None);
            Assert.Equal((0, 0, 0), (calm.PartitionPayments, calm.FloatSpentMinor, calm.ByLimits));
        });

    [Fact]
    public void Without_float_nothing_is_lost_to_it() =>
        Assert.All(Rows.Value.Where(row => !row.Rule.WithFloat), row =>
            Assert.Equal(0, row.Failing.FloatSpentMinor + row.Failing.FloatDebtMinor + row.Failing.FloatLossMinor));

    /// <summary>The decision record stands on this; if it falls, the record is to be read again.</summary>
    [Theory]
    [InlineData(5), InlineData(6), InlineData(7)]
    public void The_chosen_rule_approves_more_than_the_baseline_while_cut_off_and_overall(int seed)
    {
        SizingRule[] pair = [Rule("q95"), Rule(SizingRule.Chosen)];
        var rows = LeaseStudy.Measure(Small with { Payers = 600 }, (ulong)seed, pair, _ => { });
        var (baseline, chosen) = (Figures.Of(rows[0].Failing), Figures.Of(rows[1].Failing));

        Assert.True(chosen.PartitionApprovalPercent > baseline.PartitionApprovalPercent + 10, $"{baseline} {chosen}");
        Assert.True(chosen.ApprovalPercent > baseline.ApprovalPercent + 1, $"{baseline} {chosen}");
        Assert.True(chosen.FundsElsewhere * 2 < baseline.FundsElsewhere, $"{baseline} {chosen}");
    }

    [Fact]
    public void Larger_leases_lock_more_and_put_more_at_stake()
    {
        string[] names = ["fixed 5", "fixed 20", "fixed 50"];
        Figures[] sizes = [.. names.Select(name => Figures.Of(Row(name).Failing))];

        Assert.Equal(sizes.OrderBy(size => size.LockedMeanPercent), sizes);
        Assert.Equal(sizes.OrderBy(size => size.VanishMean), sizes);
    }

    [Theory]
    [InlineData((int)OutagePattern.Short), InlineData((int)OutagePattern.Long), InlineData((int)OutagePattern.Flapping)]
    public void An_edge_fails_once_at_a_time_and_only_while_it_is_measured(int pattern)
    {
        var outages = Outage.Of((OutagePattern)pattern, new(), 1);

        Assert.NotEmpty(outages);
        Assert.All(outages, outage => Assert.True(
            outage.From >= (long)new FleetPlan().MeasuredFromDay * FleetPlan.Day && outage.Until > outage.From));
        Assert.All(
            outages.Zip(outages.Skip(1)).Where(pair => pair.First.Edge == pair.Second.Edge),
            pair => Assert.True(pair.First.Until < pair.Second.From, $"{pair}"));
    }

    [Fact]
    public void The_laws_have_their_means_and_tails()
    {
        var law = new Law(new MqttPay.Simulation.Draws(1));
        long[] waits = [.. Enumerable.Range(0, 20_000).Select(_ => law.Exponential(1_000))];
        long[] tails = [.. Enumerable.Range(0, 20_000).Select(_ => law.HeavyTailed(100, 20, long.MaxValue))];

        Assert.InRange(waits.Average(), 940, 1_060);
        Assert.InRange(waits.Count(wait => wait > 1_000), 6_900, 7_900);   // One in e.
        Assert.InRange(tails.Min(), 100, 101);
        Assert.InRange(tails.Count(tail => tail > 200), 4_500, 5_500);      // One in 2^2.
    }

    [Fact]
    public void Every_rule_has_a_mark_and_no_label_lies_on_another()
    {
        var labels = StudyPlot.Labels(Rows.Value);

        Assert.Equal(
            SizingRule.All.Select(rule => rule.Name).Order(), labels.Select(label => label.Text).Order());
        Assert.Distinct(labels.Select(label => label.Text));
        foreach (var (index, label) in labels.Index())
            Assert.DoesNotContain(labels.Skip(index + 1), label.Meets);
    }

    [Fact]
    public void The_plot_is_well_formed_and_says_what_it_shows()
    {
        var svg = XDocument.Parse(StudyPlot.Of(Small, 1, Rows.Value)).Root!;
        var (space, ids) = (svg.Name.Namespace, ((string)svg.Attribute("aria-labelledby")!).Split(' '));

        Assert.Equal("img", (string?)svg.Attribute("role"));
        Assert.Equal(ids, svg.Elements().Take(2).Select(element => (string)element.Attribute("id")!));
        Assert.Contains("300 payers", svg.Element(space + "desc")!.Value);
    }

    private static StudyRow Row(string name) => Rows.Value.Single(row => row.Rule.Name == name);

    private static SizingRule Rule(string name) => SizingRule.All.Single(rule => rule.Name == name);

    private static IReadOnlyList<StudyRow> Measure(ulong seed) =>
        LeaseStudy.Measure(Small, seed, SizingRule.All, _ => { });
}
