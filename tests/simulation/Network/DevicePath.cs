using MqttPay.Simulation.Kernel;
using MqttPay.Simulation.Nodes;

namespace MqttPay.Simulation.Network;

/// <summary>
/// The way of one device's messages. Either an MQTT connection (in order; a reset loses its tail and repeats) or a
/// hostile or foreign path that drops, doubles, delays, reorders, corrupts and replays.
/// </summary>
internal sealed class DevicePath(World world, Draws draws, Device device, EdgeNode edge)
{
    private readonly bool inOrder = draws.Percent(50);
    private byte[]? old;
    private long newestUp;
    private long newestDown;
    private long upBlockedUntil;
    private long downBlockedUntil;
    private int connection;

    public void ToEdge(byte[] message)
    {
        var profile = world.Profile;
        Disturb();
        if (world.FaultsOn && world.Agenda.Now < upBlockedUntil) return;
        if (world.Fault(draws, profile.RequestLost, FaultKind.RequestLost)) return;
        Up(message);
        if (world.Fault(draws, profile.Doubled, FaultKind.Doubled)) Up(message);
        if (world.Fault(draws, profile.Corrupted, FaultKind.Corrupted)) Up(Flipped(message));
        if (world.Fault(draws, profile.Resigned, FaultKind.Resigned)) Up(Resigned(message));
        if (old is not null && world.Fault(draws, profile.ReplayedLater, FaultKind.ReplayedLater))
        {
            var again = old;
            var later = draws.Between(Time.Second, 2 * Time.Hour);
            world.Agenda.In(later, edge.Node, Happening.ToEdge, () => edge.Receive(again, device));
        }

        if (old is null || draws.Percent(30)) old = message;
    }

    public void ToDevice(byte[] message)
    {
        var profile = world.Profile;
        if (world.FaultsOn && world.Agenda.Now < downBlockedUntil) return;
        if (world.Fault(draws, profile.ReplyLost, FaultKind.ReplyLost)) return;
        Down(message);
        if (edge.LastReply is { } other && world.Fault(draws, profile.Swapped, FaultKind.Swapped)) Down(other);
        edge.LastReply = message;
        if (world.Fault(draws, profile.Doubled, FaultKind.Doubled)) Down(message);
        if (world.Fault(draws, profile.Corrupted, FaultKind.Corrupted)) Down(Flipped(message));
    }

    public void Heal() => (upBlockedUntil, downBlockedUntil) = (0, 0);

    private void Disturb()
    {
        var profile = world.Profile;
        if (world.Fault(draws, profile.LinkReset, FaultKind.LinkReset)) connection++;
        if (!world.Fault(draws, profile.OneWay, FaultKind.OneWay)) return;
        var until = world.Agenda.Now + draws.Between(Time.Second, 5 * Time.Minute);
        if (draws.Percent(50)) upBlockedUntil = until;
        else downBlockedUntil = until;
    }

    private void Up(byte[] message)
    {
        var (at, on) = (Arrival(ref newestUp), connection);
        world.Agenda.At(at, edge.Node, Happening.ToEdge, () =>
        {
            if (!inOrder || on == connection) edge.Receive(message, device);
        });
    }

    private void Down(byte[] message)
    {
        var (at, on) = (Arrival(ref newestDown), connection);
        world.Agenda.At(at, device.Node, Happening.ToDevice, () =>
        {
            if (!inOrder || on == connection) device.Receive(message);
        });
    }

    private long Arrival(ref long newest)
    {
        var delay = draws.Between(500, 20_000);
        if (world.Fault(draws, world.Profile.Delayed, FaultKind.Delayed))
            delay += draws.Between(1, world.Profile.DelayMsMax) * Time.Millisecond;
        var at = world.Agenda.Now + delay;
        if (inOrder) at = newest = Math.Max(at, newest);
        return at;
    }

    private byte[] Flipped(byte[] message)
    {
        byte[] flipped = [.. message];
        flipped[draws.Below(flipped.Length)] ^= (byte)(1 << draws.Below(8));
        return flipped;
    }

    /// <summary>The same content under other signature bytes that verify as well.</summary>
    private byte[] Resigned(byte[] message)
    {
        byte[] resigned = [.. message];
        resigned[^1] = (byte)(2 + draws.Below(200));
        return resigned;
    }
}
