using MqttPay.Broker.Access;
using MqttPay.Broker.Machine;
using Xunit;

namespace MqttPay.UnitTests.Broker;

public sealed class SessionTableTests
{
    private readonly MachineRig rig = new(sessionsMax: 2);

    [Fact]
    public void A_takeover_closes_the_old_connection_and_the_newcomer_has_its_answer()
    {
        var (first, second) = (new RecordingOutlet { Stuck = true }, new RecordingOutlet());
        var session = rig.Open("a", first);
        Assert.Same(session, rig.Open("a", second));
        Assert.Equal(Reason.SessionTakenOver, first.ClosedWith);
        Assert.Equal(["CONNACK present"], second.Sent);

        rig.Sessions.Leave(session, first, false, null, 0, rig.Touched);
        MachineRig.Subscribe(session, "t");
        rig.Publish("t", "m");
        Assert.Equal("PUBLISH 1 m q1", second.Sent[^1]);
    }

    [Fact]
    public void Nobody_takes_over_a_session_of_another_identity()
    {
        var first = new RecordingOutlet();
        rig.Open("a", first);
        var thief = new SessionRequest(
            "a", new("somebody else", null, Role.Backend), new RecordingOutlet(), true, 0, 20, null, _ => { });
        Assert.Equal(Reason.ClientIdNotValid, rig.Sessions.Open(thief, 0, rig.Touched, out _));
        Assert.Null(first.ClosedWith);
    }

    [Fact]
    public void There_are_no_more_sessions_than_the_limit()
    {
        rig.Open("a", new RecordingOutlet());
        rig.Open("b", new RecordingOutlet());
        var third = new SessionRequest("c", MachineRig.Anybody, new RecordingOutlet(), true, 0, 20, null, _ => { });
        Assert.Equal(Reason.QuotaExceeded, rig.Sessions.Open(third, 0, rig.Touched, out _));
    }

    [Fact]
    public void A_clean_start_finds_nothing_of_the_session_before()
    {
        var first = new RecordingOutlet();
        MachineRig.Subscribe(rig.Open("a", first), "t");
        var second = new RecordingOutlet();
        rig.Open("a", second, clean: true);
        Assert.Equal(Reason.NoMatchingSubscribers, rig.Publish("t", "m"));
        Assert.Equal(["CONNACK"], second.Sent);
    }

    [Theory]
    [InlineData(59_999, 1)]
    [InlineData(60_000, 0)]
    public void A_session_is_purged_when_its_time_is_over(long now, int left)
    {
        var outlet = new RecordingOutlet();
        var session = rig.Open("a", outlet);
        rig.Sessions.Leave(session, outlet, true, null, 0, rig.Touched);
        rig.Sessions.Tick(now, rig.Touched);
        Assert.Equal(left, rig.Sessions.Count);
    }

    [Fact]
    public void A_session_without_expiry_ends_with_its_connection()
    {
        var outlet = new RecordingOutlet();
        var session = rig.Open("a", outlet, expiry: 0);
        MachineRig.Subscribe(session, "t");
        rig.Sessions.Leave(session, outlet, true, null, 0, rig.Touched);
        Assert.Equal(0, rig.Sessions.Count);
        Assert.Equal(Reason.NoMatchingSubscribers, rig.Publish("t", "m"));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public void A_will_is_said_unless_the_client_said_goodbye(bool goodbye, int said)
    {
        var watcher = Watcher();
        var outlet = new RecordingOutlet();
        var session = rig.Open("a", outlet, will: Will(0));
        rig.Sessions.Leave(session, outlet, goodbye, null, 0, rig.Touched);
        Assert.Equal(said, watcher.Sent.Count(IsWill));
    }

    [Fact]
    public void A_delayed_will_waits_and_is_dropped_when_the_session_resumes()
    {
        var watcher = Watcher();
        var outlet = new RecordingOutlet();
        var session = rig.Open("a", outlet, will: Will(10));
        rig.Sessions.Leave(session, outlet, false, null, 0, rig.Touched);
        rig.Sessions.Tick(9_999, rig.Touched);
        var second = new RecordingOutlet();
        rig.Open("a", second, now: 9_999);
        rig.Sessions.Tick(20_000, rig.Touched);
        Assert.DoesNotContain(watcher.Sent, IsWill);
    }

    [Fact]
    public void A_delayed_will_is_said_when_its_delay_is_over()
    {
        var watcher = Watcher();
        var outlet = new RecordingOutlet();
        rig.Sessions.Leave(rig.Open("a", outlet, will: Will(10)), outlet, false, null, 0, rig.Touched);
        rig.Sessions.Tick(10_000, rig.Touched);
        Assert.Single(watcher.Sent, IsWill);
        rig.Sessions.Tick(60_000, rig.Touched);
        Assert.Single(watcher.Sent, IsWill);
    }

    [Fact]
    public void A_will_is_not_delayed_beyond_the_end_of_its_session()
    {
        var watcher = Watcher();
        var outlet = new RecordingOutlet();
        rig.Sessions.Leave(rig.Open("a", outlet, expiry: 5, will: Will(100)), outlet, false, null, 0, rig.Touched);
        rig.Sessions.Tick(5_000, rig.Touched);
        Assert.Single(watcher.Sent, IsWill);
    }

    private RecordingOutlet Watcher()
    {
        var watcher = new RecordingOutlet();
        MachineRig.Subscribe(rig.Open("w", watcher), "will");
        return watcher;
    }

    private static Will Will(uint delay) => new("will"u8.ToArray(), [], "gone"u8.ToArray(), 1, false, delay, null);

    private static bool IsWill(string packet) => packet.Contains(" gone ", StringComparison.Ordinal);
}
