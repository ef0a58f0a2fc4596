using MqttPay.Simulation;
using MqttPay.Simulation.Profiles;
using Xunit;

namespace MqttPay.SimulationTests;

/// <summary>What users of other systems complained about, as worlds of one kind of trouble.</summary>
public sealed class FieldPainTests
{
    /// <summary>A thousand resets of connections leave no state in which anything is stuck.</summary>
    [Fact]
    public void Link_flapping_recovers()
    {
        var world = Run(ProfileName.Net, profile => profile with { LinkReset = 6_000, OneWay = 500, Payments = 800 });

        AssertWell(world);
        Assert.True(Count(world, "LinkReset") >= 1_000, $"{Count(world, "LinkReset")} resets");
    }

    /// <summary>Nobody gives up after so many tries: a thousand failed uploads lose nothing.</summary>
    [Fact]
    public void Nothing_dropped_after_n_attempts()
    {
        var world = Run(ProfileName.Smoke, profile => profile with
        {
            CloudRequestLost = 6_000, CloudAnswerLost = 6_000, CloudCrash = 2_000, UplinkDown = 0, ThinkMs = 240_000,
            Payments = 3_000, Edges = 4,
        });

        AssertWell(world);
        var failed = Count(world, "CloudRequestLost") + Count(world, "CloudAnswerLost");
        Assert.True(failed >= 1_000, $"{failed} failed calls");
    }

    /// <summary>A record that no device signed is booked as evidence, and what comes after it flows on.</summary>
    [Fact]
    public void One_bad_record_blocks_nothing()
    {
        var world = Run(ProfileName.Byzantine, profile => profile with { FalseRecord = 5_000, Forged = 3_000 });

        AssertWell(world);
        Assert.True(world.Store.Categories[Settlement.Category.BadSignature] > 0);
        Assert.True(world.Store.Categories[Settlement.Category.Matched] > 100);
    }

    /// <summary>Deny list, policy and leases are there after a kill, before anybody asks the cloud.</summary>
    [Fact]
    public void Lists_survive_restart()
    {
        var world = Run(ProfileName.Byzantine, profile => profile with
        {
            Killed = 3_000, PowerCut = 1_500, PolicyChanged = 1_000, FalseRecord = 0, CloneAsks = 2_000,
            Payments = 1_000,
        });

        AssertWell(world);
        Assert.True(Count(world, "Killed") + Count(world, "PowerCut") > 20);
        Assert.NotEmpty(world.Store.DenyLists);
        Assert.True(world.Store.Policies.Count > 1);
    }

    /// <summary>An AUTH that was answered is there after a power cut, and its CAPTURE finds it.</summary>
    [Fact]
    public void Start_is_not_orphaned_by_reset()
    {
        var world = Run(ProfileName.Disk, profile => profile with { PowerCut = 2_000, BitRot = 0 });

        AssertWell(world);
        Assert.True(Count(world, "PowerCut") > 20);
        Assert.False(world.Store.Categories.ContainsKey(Settlement.Category.Orphan));
    }

    /// <summary>Requests that come again after a reboot are one payment.</summary>
    [Fact]
    public void Reboot_does_not_send_twice()
    {
        var world = Run(ProfileName.Smoke, profile => profile with
        {
            Rebooted = 1_500, ReplyLost = 4_000, Doubled = 3_000, CloudCallRepeated = 4_000,
        });

        AssertWell(world);
        Assert.Equal(0, world.Doubled);
    }

    private static World Run(ProfileName name, Func<Profile, Profile> change)
    {
        var world = new World(4711, name, change: change);
        world.Run();
        return world;
    }

    private static void AssertWell(World world)
    {
        Assert.True(world.Violations.Seen.Count == 0, string.Join('\n', world.Violations.Seen));
        Assert.True(world.Converged);
    }

    private static long Count(World world, string kind) => world.Faults.ByKind().GetValueOrDefault(kind);
}
