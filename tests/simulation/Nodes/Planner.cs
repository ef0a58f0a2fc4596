using MqttPay.Simulation.Disks;
using MqttPay.Simulation.Kernel;

namespace MqttPay.Simulation.Nodes;

/// <summary>Decides what goes wrong, when and where, from a stream of its own.</summary>
internal sealed class Planner(World world, Draws draws)
{
    private readonly List<EdgeNode> unrecoverable = [];

    public void Begin()
    {
        foreach (var edge in world.Edges) Plan(edge);
    }

    private void Plan(EdgeNode edge)
    {
        var step = Math.Max(2_000, world.Profile.ThinkMs / 2) * Time.Millisecond;
        world.Agenda.In(draws.Between(step / 4, step), World.OperatorNode, Happening.Plan, () =>
        {
            if (!world.FaultsOn || world.HasEnough) return;
            Turn(edge);
            Plan(edge);
        });
    }

    private void Turn(EdgeNode edge)
    {
        var profile = world.Profile;

        world.Operator.Look(edge);

        // While something is unsynced a crash is worth more.
        var aim = edge.Machine is { Unsynced: > 0 } ? 4 : 1;
        if (draws.Percent(10) && profile.SnapshotRestored > 0) edge.Backup();
        if (world.Fault(draws, profile.PowerCut * aim, FaultKind.PowerCut))
            edge.Stop((CrashMode)(1 + draws.Below(4)), Fault(profile.ClockFrom1970, FaultKind.ClockFrom1970));
        if (Fault(profile.Killed * aim, FaultKind.Killed)) edge.Stop(CrashMode.Kill);
        if (Fault(profile.Rebooted, FaultKind.Rebooted))
            edge.Stop(CrashMode.Strict, Fault(profile.ClockFrom1970, FaultKind.ClockFrom1970));
        if (Fault(profile.Paused, FaultKind.Paused))
            edge.Pause(world.Agenda.Now + draws.Between(Time.Second, (draws.Percent(10) ? 120 : 5) * Time.Minute));
        if (draws.Chance(profile.WriteFailed) && world.FaultsOn) edge.FailNextWrite = true;
        if (Fault(profile.DiskSlow, FaultKind.DiskSlow))
            edge.SlowUntil = world.Agenda.Now + draws.Between(Time.Second, Time.Minute);
        if (Fault(profile.DiskFull, FaultKind.DiskFull)) Fill(edge);
        if (Fault(profile.UplinkDown, FaultKind.UplinkDown))
            edge.Path.GoDown(world.Agenda.Now + (draws.Between(1, profile.UplinkDownSecondsMax) * Time.Second));
        if (Fault(profile.ClockStepped, FaultKind.ClockStepped)) edge.Clock.Step(Jump());
        if (Fault(profile.Burst, FaultKind.Burst))
            foreach (var device in world.Devices)
                if (device.Edge == edge) device.Nudge();
        if (draws.Chance(profile.PolicyChanged)) world.Store.Publish(Policies.Next(world.Store, draws));
        BreakForGood(edge);
    }

    /// <summary>At most one unrecoverable fault per edge: beyond that there is nothing to assert.</summary>
    private void BreakForGood(EdgeNode edge)
    {
        var profile = world.Profile;
        var (rot, restore, lie, reclaim) = (
            draws.Chance(profile.BitRot), draws.Chance(profile.SnapshotRestored), draws.Chance(profile.SyncLied),
            draws.Chance(profile.Reclaimed));
        if (!(rot || restore || lie || reclaim) || unrecoverable.Contains(edge) || !world.FaultsOn) return;
        unrecoverable.Add(edge);
        if (rot && edge.Rot()) world.Faults.Count(FaultKind.BitRot);
        else if (restore && edge.Restore()) world.Faults.Count(FaultKind.SnapshotRestored);
        else if (lie) Lie(edge);
        else if (reclaim)
        {
            world.Faults.Count(FaultKind.Reclaimed);
            world.Operator.RaiseNow(edge.Id);
        }
        else unrecoverable.Remove(edge);
    }

    private void Lie(EdgeNode edge)
    {
        world.Faults.Count(FaultKind.SyncLied);
        edge.Disk.Lies = true;
        world.Agenda.In(draws.Between(Time.Second, Time.Minute), World.OperatorNode, Happening.Plan, () =>
        {
            if (edge.Disk.Lies) edge.Stop(CrashMode.Strict);
        });
    }

    private void Fill(EdgeNode edge)
    {
        edge.Disk.Full = true;
        world.Agenda.In(draws.Between(Time.Second, 10 * Time.Minute), World.OperatorNode, Happening.Plan,
            () => edge.Disk.Full = false);
    }

    private long Jump()
    {
        var size = draws.Percent(50) ? draws.Between(60, 3_600) : draws.Between(86_400, 30 * 86_400);
        return draws.Percent(50) ? size : -size;
    }

    private bool Fault(int inTenThousand, FaultKind kind) => world.Fault(draws, inTenThousand, kind);
}
