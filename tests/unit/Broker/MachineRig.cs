using System.Text;
using MqttPay.Broker;
using MqttPay.Broker.Access;
using MqttPay.Broker.Machine;
using MqttPay.Payments;
using Xunit;

namespace MqttPay.UnitTests.Broker;

/// <summary>The machine without sockets: a router, a session table, and sessions on recording connections.</summary>
internal sealed class MachineRig
{
    public MachineRig(int retainedMax = 100, int sessionsMax = 100, long queueBytesMax = 1 << 24)
    {
        Router = new(Counters, queueBytesMax, retainedMax, 1 << 20);
        Sessions = new(Router, sessionsMax);
    }

    public BrokerCounters Counters { get; } = new();

    public Router Router { get; }

    public SessionTable Sessions { get; }

    public TouchList Touched { get; } = new();

    public static Identity Anybody { get; } = new("anybody", null, Role.Anonymous);

    public static KeyId Kid(ulong number) => new(number);

    public Session Open(
        string clientId, Outlet outlet, bool clean = false, uint expiry = 60, int window = 20, long now = 0,
        Will? will = null, Identity? identity = null)
    {
        var request = new SessionRequest(
            clientId, identity ?? Anybody, outlet, clean, expiry, window, will,
            present => (outlet as RecordingOutlet)?.Sent.Add(present ? "CONNACK present" : "CONNACK"));
        Assert.Equal(Reason.Success, Sessions.Open(request, now, Touched, out var session));
        return session;
    }

    public static void Subscribe(
        Session session, string filter, byte qos = 1, bool noLocal = false, bool asPublished = false,
        uint identifier = 0) =>
        Assert.True(session.Subscribe(
            new(session, Encoding.UTF8.GetBytes(filter), qos, noLocal, asPublished, identifier), 100, out _));

    public Reason Publish(
        string topic, string payload, byte qos = 1, bool retain = false, Session? from = null, long now = 0,
        uint? expiry = null) =>
        Router.Publish(Message(topic, payload, qos, retain, now, expiry), from, now, Touched);

    public static Message Message(
        string topic, string payload, byte qos = 1, bool retain = false, long now = 0, uint? expiry = null) =>
        new(Encoding.UTF8.GetBytes(topic), default, Encoding.UTF8.GetBytes(payload), qos, retain, now)
        {
            ExpirySeconds = expiry,
        };
}
