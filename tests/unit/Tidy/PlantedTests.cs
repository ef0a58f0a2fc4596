using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace MqttPay.UnitTests.Tidy;

/// <summary>Planted bugs: the shipped core has no switch for them, and each stands at one place, in one line.</summary>
public sealed partial class PlantedTests
{
    [Fact]
    public void The_shipped_core_has_nothing_to_switch()
    {
        const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public
            | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

        Assert.Empty(typeof(Planted).GetFields(Any));
        Assert.Equal("Is", Assert.Single(typeof(Planted).GetMethods(Any)).Name);
        Assert.All(Enum.GetValues<Bug>(), bug => Assert.False(Planted.Is(bug)));
    }

    [Fact]
    public void Each_bug_is_planted_at_one_place()
    {
        var uses = Repository.CSharp
            .Where(file => file != "core/Planted.cs" && file != "tests/unit/Tidy/PlantedTests.cs")
            .SelectMany(file => Use().Matches(Repository.Read(file)))
            .CountBy(match => match.Groups[1].Value)
            .ToDictionary();

        Assert.Equal(Enum.GetNames<Bug>().Order(StringComparer.Ordinal), uses.Keys.Order(StringComparer.Ordinal));
        Assert.All(uses, use => Assert.True(use.Value == 1, $"{use.Key} is planted {use.Value} times"));
    }

    [Fact]
    public void Only_the_core_and_the_simulation_plant_bugs() =>
        Findings.AreNone(
            from file in Repository.CSharp
            where !file.StartsWith("core/", StringComparison.Ordinal)
                && !file.StartsWith("tests/", StringComparison.Ordinal)
            where Repository.Read(file).Contains("Planted.", StringComparison.Ordinal)
            select file);

    [GeneratedRegex(@"Planted\.Is\(Bug\.(P\d+)\)")]
    private static partial Regex Use();
}
