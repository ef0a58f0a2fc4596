using MqttPay.Simulation;
using Xunit;

namespace MqttPay.UnitTests.Simulation;

public sealed class WorldTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    /// <summary>Whatever a device was told must be in the ledger, exactly once, and no payer is overdrawn.</summary>
    [Theory, MemberData(nameof(Seeds))]
    public void Every_answered_approval_is_posted_exactly_once(int seed)
    {
        var world = new World((ulong)seed);
        world.Run(turns: 60);

        Assert.Empty(world.Violations);
        Assert.True(world.Approved > 50 && world.Faults > 100, $"{world.Approved} approved, {world.Faults} faults");
    }

    [Fact]
    public void The_same_seed_gives_the_same_trace()
    {
        var (first, second, other) = (new World(7), new World(7), new World(8));
        first.Run(40);
        second.Run(40);
        other.Run(40);

        Assert.Equal(first.Trace, second.Trace);
        Assert.NotEqual(first.Trace, other.Trace);
    }
}
