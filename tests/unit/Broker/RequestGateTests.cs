using System.Text;
using MqttPay.Broker.Gate;
using MqttPay.Broker.Machine;
using MqttPay.Payments;
using Xunit;

namespace MqttPay.UnitTests.Broker;

public sealed class RequestGateTests
{
    private static readonly KeyId Kid = new(1);

    private readonly MachineRig rig = new();
    private readonly RequestGate gate = new(8);

    public RequestGateTests() => gate.Attach(rig.Router, static () => 0);

    [Fact]
    public void Outcomes_out_of_order_leave_as_PUBACKs_in_the_order_of_arrival_each_before_its_reply()
    {
        var (outlet, lane) = Device(Protocol.V5);
        var requests = Enumerable.Range(1, 3).Select(id => Enter(lane, (ushort)id)).ToArray();
        gate.Complete(requests[2], GateAck.Accepted, "three"u8.ToArray());
        gate.Complete(requests[1], GateAck.PayloadFormatInvalid, default);
        Assert.Equal(["CONNACK"], outlet.Sent);
        Assert.Equal(0, outlet.Flushes);

        gate.Complete(requests[0], GateAck.Accepted, "one"u8.ToArray());
        Assert.Equal(
            ["CONNACK", "PubAck 1 00", "PubAck 2 99", "PubAck 3 00", "PUBLISH 1 one q1", "PUBLISH 2 three q1"],
            outlet.Sent);
        gate.Flush();
        Assert.Equal(1, outlet.Flushes);
        gate.Flush();
        Assert.Equal(1, outlet.Flushes);
    }

    [Theory]
    [InlineData(GateAck.Accepted, "PubAck 1 00")]
    [InlineData(GateAck.NotAuthorized, "PubAck 1 87")]
    [InlineData(GateAck.QuotaExceeded, "PubAck 1 97")]
    [InlineData(GateAck.PayloadFormatInvalid, "PubAck 1 99")]
    public void Version_5_hears_the_reason(GateAck ack, string expected)
    {
        var (outlet, lane) = Device(Protocol.V5);
        gate.Complete(Enter(lane, 1), ack, default);
        Assert.Equal(["CONNACK", expected], outlet.Sent);
    }

    [Fact]
    public void Version_3_1_1_gets_no_PUBACK_for_what_is_still_wanted_and_nothing_behind_it_waits()
    {
        var (outlet, lane) = Device(Protocol.V311);
        var (first, second) = (Enter(lane, 1), Enter(lane, 2));
        gate.Complete(second, GateAck.Accepted, "done"u8.ToArray());
        gate.Complete(first, GateAck.QuotaExceeded, "hint"u8.ToArray());
        Assert.Equal(["CONNACK", "PubAck 2 00", "PUBLISH 1 hint q1", "PUBLISH 2 done q1"], outlet.Sent);
        Assert.Equal(0, lane.Count);
    }

    [Fact]
    public void The_fourth_withheld_PUBACK_closes_the_connection()
    {
        var (outlet, lane) = Device(Protocol.V311);
        for (ushort id = 1; id < AckLane.WithheldMax; id++)
        {
            gate.Complete(Enter(lane, id), GateAck.QuotaExceeded, default);
        }

        Assert.Null(outlet.ClosedWith);
        gate.Complete(Enter(lane, 4), GateAck.QuotaExceeded, default);
        Assert.Equal(Reason.QuotaExceeded, outlet.ClosedWith);
    }

    [Fact]
    public void A_request_may_end_its_connection_after_the_PUBACK()
    {
        var (outlet, lane) = Device(Protocol.V5);
        gate.Complete(Enter(lane, 1), GateAck.NotAuthorized, default, close: true);
        Assert.Equal("PubAck 1 87", outlet.Sent[^1]);
        Assert.Equal(Reason.NotAuthorized, outlet.ClosedWith);
    }

    [Fact]
    public void When_the_connection_has_gone_the_PUBACK_is_dropped_and_the_reply_waits_in_the_session()
    {
        var (outlet, lane) = Device(Protocol.V5);
        var request = Enter(lane, 1);
        lane.Abandon();
        rig.Sessions.Leave(session!, outlet, false, null, 0, rig.Touched);
        gate.Complete(request, GateAck.Accepted, "late"u8.ToArray());
        Assert.Equal(["CONNACK"], outlet.Sent);
        var next = new RecordingOutlet();
        rig.Open(Kid.ToString(), next);
        Assert.Equal(["CONNACK present", "PUBLISH 1 late q1"], next.Sent);
    }

    [Fact]
    public void The_gate_is_full_at_its_capacity()
    {
        var (_, lane) = Device(Protocol.V5);
        for (ushort id = 1; id <= 8; id++) Enter(lane, id);
        Assert.False(gate.TryEnter(Request(lane, 9)));
        Assert.True(gate.Requests.TryRead(out var first));
        Assert.Equal(Kid, first.Kid);
        Assert.True(gate.TryEnter(Request(lane, 10)));
    }

    [Fact]
    public void A_QoS_2_request_is_remembered_only_when_its_PUBREC_leaves()
    {
        var (outlet, lane) = Device(Protocol.V5);
        Assert.True(lane.TryTake(AckKind.PubRec, 7, out var position));
        var request = new GateRequest(Kid, default, 0, lane, position);
        Assert.False(session!.HasReceived(7));
        gate.Complete(request, GateAck.Accepted, default);
        Assert.Equal("PubRec 7 00", outlet.Sent[^1]);
        Assert.True(session.HasReceived(7));
    }

    [Fact]
    public void A_configuration_set_before_the_engine_started_is_there_when_the_device_subscribes()
    {
        var early = new RequestGate();
        early.Retain(Kid, "config"u8.ToArray());
        early.Attach(rig.Router, static () => 0);
        var outlet = new RecordingOutlet();
        var opened = rig.Open("1", outlet);
        rig.Router.DeliverRetained(
            new(opened, Encoding.ASCII.GetBytes($"p/{Kid}/c"), 1), 0, rig.Touched);
        Assert.Equal("PUBLISH 1 config q1 retain", outlet.Sent[^1]);
    }

    private Session? session;

    private (RecordingOutlet Outlet, AckLane Lane) Device(Protocol protocol)
    {
        var outlet = new RecordingOutlet(protocol);
        session = rig.Open(Kid.ToString(), outlet);
        MachineRig.Subscribe(session, $"p/{Kid}/r");
        return (outlet, new AckLane(outlet, session, 20));
    }

    private GateRequest Enter(AckLane lane, ushort packetId)
    {
        var request = Request(lane, packetId);
        Assert.True(gate.TryEnter(request));
        return request;
    }

    private static GateRequest Request(AckLane lane, ushort packetId)
    {
        Assert.True(lane.TryTake(AckKind.PubAck, packetId, out var position));
        return new(Kid, default, 0, lane, position);
    }
}
