using System.Diagnostics.Metrics;

namespace MqttPay.Broker;

/// <summary>
/// What the engine has done: a snapshot per host, and the same numbers on the meter <c>MqttPay</c>, where reasons are
/// labels from closed lists and never a client's own words.
/// </summary>
public sealed class BrokerCounters
{
    private static readonly Meter Meter = new("MqttPay");
    private static readonly UpDownCounter<long> ConnectionsNow = Meter.CreateUpDownCounter<long>("mqtt_connections");
    private static readonly Counter<long> Publishes = Meter.CreateCounter<long>("mqtt_publish_total");
    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>("mqtt_connect_refused_total");
    private static readonly Counter<long> Disconnects = Meter.CreateCounter<long>("mqtt_disconnects_total");
    private static readonly Counter<long> Drops = Meter.CreateCounter<long>("mqtt_dropped_total");

    private long connections;
    private long published;
    private long connectRefused;
    private long disconnected;
    private long dropped;

    public long Connections => Interlocked.Read(ref connections);

    public long Published => Interlocked.Read(ref published);

    public long ConnectRefused => Interlocked.Read(ref connectRefused);

    public long Disconnected => Interlocked.Read(ref disconnected);

    public long Dropped => Interlocked.Read(ref dropped);

    internal void Connected()
    {
        Interlocked.Increment(ref connections);
        ConnectionsNow.Add(1);
    }

    internal void Ended(string reason)
    {
        Interlocked.Decrement(ref connections);
        Interlocked.Increment(ref disconnected);
        ConnectionsNow.Add(-1);
        Disconnects.Add(1, new KeyValuePair<string, object?>("reason", reason));
    }

    internal void Refused(string reason)
    {
        Interlocked.Increment(ref connectRefused);
        Refusals.Add(1, new KeyValuePair<string, object?>("reason", reason));
    }

    internal void Publish()
    {
        Interlocked.Increment(ref published);
        Publishes.Add(1);
    }

    internal void Drop(string reason)
    {
        Interlocked.Increment(ref dropped);
        Drops.Add(1, new KeyValuePair<string, object?>("reason", reason));
    }
}
