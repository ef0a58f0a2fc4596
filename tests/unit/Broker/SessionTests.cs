using MqttPay.Broker.Machine;
using Xunit;

namespace MqttPay.UnitTests.Broker;

public sealed class SessionTests
{
    private readonly MachineRig rig = new();

    [Fact]
    public void Packet_ids_start_at_1_and_the_window_holds_the_rest_back()
    {
        var outlet = new RecordingOutlet();
        var session = rig.Open("a", outlet, window: 2);
        MachineRig.Subscribe(session, "t");
        foreach (var payload in new[] { "x", "y", "z" }) rig.Publish("t", payload);
        Assert.Equal(["CONNACK", "PUBLISH 1 x q1", "PUBLISH 2 y q1"], outlet.Sent);
        Assert.Equal(1, session.Queued);

        Assert.Equal(AckMatch.Expected, session.Acknowledge(outlet, AckKind.PubAck, 1, false, 0));
        Assert.Equal("PUBLISH 3 z q1", outlet.Sent[^1]);
        Assert.Equal(0, session.Queued);
    }

    [Fact]
    public void After_a_reconnect_the_old_order_and_ids_come_again_with_DUP_and_then_what_waited()
    {
        var first = new RecordingOutlet();
        var session = rig.Open("a", first, window: 2);
        MachineRig.Subscribe(session, "t", 2);
        rig.Publish("t", "x", 2);
        rig.Publish("t", "y", 1);
        rig.Publish("t", "z", 1);
        session.Acknowledge(first, AckKind.PubRec, 1, false, 0);
        rig.Sessions.Leave(session, first, false, null, 0, rig.Touched);
        rig.Publish("t", "w", 1);

        var second = new RecordingOutlet();
        Assert.Same(session, rig.Open("a", second, window: 3));
        Assert.Equal(
            ["CONNACK present", "PubRel 1 00", "PUBLISH 2 y q1 dup", "PUBLISH 3 z q1"], second.Sent);
        session.Acknowledge(second, AckKind.PubComp, 1, false, 0);
        Assert.Equal("PUBLISH 4 w q1", second.Sent[^1]);
    }

    [Fact]
    public void A_smaller_window_after_a_reconnect_repeats_no_more_than_it_holds()
    {
        var first = new RecordingOutlet();
        var session = rig.Open("a", first, window: 3);
        MachineRig.Subscribe(session, "t");
        foreach (var payload in new[] { "x", "y", "z" }) rig.Publish("t", payload);
        var second = new RecordingOutlet();
        rig.Open("a", second, window: 1);
        Assert.Equal(["CONNACK present", "PUBLISH 1 x q1 dup"], second.Sent);
        session.Acknowledge(second, AckKind.PubAck, 1, false, 0);
        Assert.Equal("PUBLISH 2 y q1 dup", second.Sent[^1]);
    }

    [Fact]
    public void Ids_in_flight_are_skipped_when_the_ids_come_round_again()
    {
        var outlet = new RecordingOutlet();
        var session = rig.Open("a", outlet, window: 2);
        MachineRig.Subscribe(session, "t");
        rig.Publish("t", "stays");
        for (var id = 2; id <= ushort.MaxValue; id++)
        {
            rig.Publish("t", "x");
            Assert.Equal(AckMatch.Expected, session.Acknowledge(outlet, AckKind.PubAck, (ushort)id, false, 0));
        }

        rig.Publish("t", "after");
        Assert.Equal("PUBLISH 2 after q1", outlet.Sent[^1]);
    }

    [Fact]
    public void An_acknowledgement_that_nothing_waits_for_changes_nothing()
    {
        var outlet = new RecordingOutlet();
        var session = rig.Open("a", outlet, window: 1);
        MachineRig.Subscribe(session, "t");
        rig.Publish("t", "x");
        Assert.Equal(AckMatch.Unknown, session.Acknowledge(outlet, AckKind.PubAck, 9, false, 0));
        Assert.Equal(AckMatch.OtherKind, session.Acknowledge(outlet, AckKind.PubRec, 1, false, 0));
        Assert.Equal(AckMatch.OtherKind, session.Acknowledge(outlet, AckKind.PubComp, 1, false, 0));
        Assert.Equal(AckMatch.Expected, session.Acknowledge(outlet, AckKind.PubAck, 1, false, 0));
    }

    [Fact]
    public void A_full_queue_drops_the_newest_and_counts_it()
    {
        var first = new RecordingOutlet();
        var session = rig.Open("a", first);
        MachineRig.Subscribe(session, "t");
        rig.Sessions.Leave(session, first, true, null, 0, rig.Touched);
        for (var count = 0; count <= SessionLimits.QueueMax; count++) rig.Publish("t", $"m{count}");
        Assert.Equal(SessionLimits.QueueMax, session.Queued);
        Assert.Equal(1, rig.Counters.Dropped);
        var second = new RecordingOutlet();
        rig.Open("a", second, window: 1);
        Assert.Equal("PUBLISH 1 m0 q1", second.Sent[^1]);
    }

    [Fact]
    public void Congestion_drops_QoS_0_and_keeps_QoS_1()
    {
        var outlet = new RecordingOutlet();
        var session = rig.Open("a", outlet);
        MachineRig.Subscribe(session, "t");
        outlet.Stuck = true;
        rig.Publish("t", "lost", 0);
        rig.Publish("t", "kept", 1);
        Assert.Equal(["CONNACK"], outlet.Sent);
        outlet.Stuck = false;
        session.Pump(outlet, 0);
        Assert.Equal(["CONNACK", "PUBLISH 1 kept q1"], outlet.Sent);
    }

    [Fact]
    public void What_is_too_large_for_the_client_counts_as_delivered()
    {
        var outlet = new RecordingOutlet { TooSmall = true };
        var session = rig.Open("a", outlet, window: 1);
        MachineRig.Subscribe(session, "t");
        rig.Publish("t", "large");
        outlet.TooSmall = false;
        rig.Publish("t", "small");
        Assert.EndsWith("small q1", outlet.Sent[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_expired_while_it_waited_is_not_sent()
    {
        var first = new RecordingOutlet();
        var session = rig.Open("a", first);
        MachineRig.Subscribe(session, "t");
        rig.Sessions.Leave(session, first, true, null, 0, rig.Touched);
        rig.Publish("t", "short", expiry: 1);
        rig.Publish("t", "long", expiry: 30);
        var second = new RecordingOutlet();
        rig.Open("a", second, now: 1_000);
        Assert.Equal("PUBLISH 1 long q1", Assert.Single(second.Sent, Publishes));
    }

    [Fact]
    public void Overlapping_filters_give_one_copy_with_the_highest_QoS_and_all_identifiers()
    {
        var outlet = new RecordingOutlet();
        var session = rig.Open("a", outlet);
        MachineRig.Subscribe(session, "t/+", 0, identifier: 1);
        MachineRig.Subscribe(session, "t/x", 2, identifier: 2);
        MachineRig.Subscribe(session, "#", 1);
        rig.Publish("t/x", "m", 1);
        Assert.Equal("PUBLISH 1 m q1", Assert.Single(outlet.Sent, Publishes)[..14]);
        Assert.Equal(["#1", "#2"], outlet.Sent[^1].Split(' ').Where(each => each[0] == '#').Order());
    }

    [Fact]
    public void No_local_and_retain_as_published_are_kept()
    {
        var outlet = new RecordingOutlet();
        var session = rig.Open("a", outlet);
        MachineRig.Subscribe(session, "own", noLocal: true);
        MachineRig.Subscribe(session, "kept", asPublished: true);
        MachineRig.Subscribe(session, "plain");
        rig.Publish("own", "m", from: session);
        rig.Publish("kept", "m", retain: true, from: session);
        rig.Publish("plain", "m", retain: true, from: session);
        Assert.Equal(["CONNACK", "PUBLISH 1 m q1 retain", "PUBLISH 2 m q1"], outlet.Sent);
    }

    private static bool Publishes(string packet) => packet.StartsWith("PUBLISH", StringComparison.Ordinal);
}
