using MqttPay.Simulation;
using MqttPay.Simulation.Profiles;
using Xunit;

namespace MqttPay.SimulationTests;

/// <summary>Whole worlds under every kind of trouble: no invariant breaks, and all comes to an end.</summary>
public sealed class WorldTests
{
    private const int SeedsEach = 20;

    public static TheoryData<string> Profiles =>
        [.. Enum.GetValues<ProfileName>().Select(ProfileText.Of)];

    public static TheoryData<string, int, string> Corpus
    {
        get
        {
            var data = new TheoryData<string, int, string>();
            foreach (var line in File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "corpus.txt")))
            {
                if (line.StartsWith('#') || line.Split(' ', 3) is not [var profile, var seed, var what]) continue;
                data.Add(profile, int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture), what);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Profiles))]
    public void Every_world_of_a_profile_keeps_its_invariants(string profile)
    {
        Assert.True(ProfileText.TryParse(profile, out var name));
        var (payments, faults) = (0, 0L);
        for (var seed = 1ul; seed <= SeedsEach; seed++)
        {
            var world = new World(seed, name);
            world.Run();

            Assert.True(
                world.Violations.Seen.Count == 0,
                    $"--seed {seed} --profile {profile}: {string.Join('\n', world.Violations.Seen)}");
            Assert.True(world.Converged);
            (payments, faults) = (payments + world.Payments, faults + world.Faults.Total);
        }

        Assert.True(payments > SeedsEach * 300, $"{payments} payments");
        Assert.True(faults > SeedsEach * 30, $"{faults} faults");
    }

    [Fact]
    public void Fifty_edges_keep_their_invariants()
    {
        var world = new World(50, ProfileName.Swarm, 2_000, profile => profile with { Edges = 50, DevicesPerEdge = 4 });
        world.Run();

        Assert.True(world.Violations.Seen.Count == 0, string.Join('\n', world.Violations.Seen));
        Assert.Equal(50, world.Edges.Count(edge => edge.Machine!.Book.Head > 0));
    }

    [Fact]
    public void Old_and_new_rosters_meet_in_one_world()
    {
        var world = new World(3, ProfileName.Upgrade);
        world.Run();

        Assert.True(world.Violations.Seen.Count == 0, string.Join('\n', world.Violations.Seen));
        Assert.All(world.Edges, edge => Assert.True(edge.Machine!.Book.RosterVersion > 1));
        Assert.Contains(world.Edges, edge => edge.Machine!.Book.Decided[Payments.DecisionCode.NotPermitted] > 0);
    }

    [Theory, MemberData(nameof(Corpus))]
    public void A_seed_that_once_failed_passes(string profile, int seed, string what)
    {
        Assert.True(ProfileText.TryParse(profile, out var name));
        var world = new World((ulong)seed, name);
        world.Run();

        Assert.True(world.Violations.Seen.Count == 0, $"{what}: {string.Join('\n', world.Violations.Seen)}");
    }
}
