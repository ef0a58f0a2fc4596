using MqttPay.Simulation.Planting;
using Xunit;

namespace MqttPay.SimulationTests;

/// <summary>A checker counts only if it catches planted bugs.</summary>
public sealed class PlantedTests
{
    public static TheoryData<string> Plants => [.. Catalogue.All.Select(plant => plant.Id)];

    [Theory, MemberData(nameof(Plants))]
    public void A_planted_bug_is_caught_by_the_invariant_that_names_it(string id)
    {
        var finding = Hunt.Run(Catalogue.All.Single(plant => plant.Id == id), seedsMax: 25);

        Assert.True(finding.Caught, $"{id} was not caught");
        Assert.True(finding.PassesWithout, $"seed {finding.Seed} {finding.Profile} fails without {id} too");
    }

    [Fact]
    public void Every_planted_bug_is_in_the_catalogue() =>
        Assert.Equal(Enum.GetValues<Bug>().Order(), Catalogue.All.SelectMany(plant => plant.Bugs).Distinct().Order());

    [Fact]
    public void At_least_twenty_five_bugs_are_planted() => Assert.True(Catalogue.All.Count >= 25);
}
