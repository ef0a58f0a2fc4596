using MqttPay.Rounds;
using MqttPay.Simulation.Kernel;

namespace MqttPay.Simulation.Nodes;

/// <summary>The people and chores around the cloud: they give new fences.</summary>
internal sealed class Operator(World world, Draws draws)
{
    private readonly SortedSet<uint> planned = [];

    /// <summary>Somebody sees a frozen edge sooner or later.</summary>
    public void Look(EdgeNode edge)
    {
        if (edge.Machine is not { } machine || !draws.Percent(20)) return;
        if (machine.Book.Frozen is FreezeCause.None or FreezeCause.Clock or FreezeCause.Replaced) return;
        world.Store.Edge(edge.Id).Trouble ??= "frozen";
        RaiseLater(edge.Id);
    }

    public void RaiseLater(uint edge)
    {
        if (!planned.Add(edge)) return;
        var delay = draws.Between(Time.Second, (world.FaultsOn ? 5 : 1) * Time.Minute);
        world.Agenda.In(delay, World.OperatorNode, Happening.Plan, () =>
        {
            planned.Remove(edge);
            if (world.Store.Edge(edge).Trouble is not null) RaiseNow(edge);
        });
    }

    public void RaiseNow(uint edge)
    {
        var node = world.Edges[(int)edge - 1];
        var row = world.Store.Edge(edge);
        if (node.Machine is { } machine && machine.Book.Fence < row.Fence) return;   // One order at a time.
        if (node.Machine is null) return;
        world.Store.RaiseFence(edge);
        world.Watch.Raised(node);
        world.RaiseFloors(node);
    }
}
