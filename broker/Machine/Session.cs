using MqttPay.Broker.Access;

namespace MqttPay.Broker.Machine;

/// <summary>
/// What outlives a connection: subscriptions, packet ids, messages that wait. One short lock, under which packets are
/// appended to the connection, so that their order is the session's; no other session's lock is taken under it.
/// </summary>
internal sealed class Session(
    string clientId, Identity identity, SubscriptionIndex index, QueueBudget budget, BrokerCounters counters)
{
    private readonly Lock gate = new();
    private readonly Dictionary<byte[], Subscription> subscriptions = new(Utf8Keys.Instance);
    private readonly HashSet<ushort> received = [];
    private readonly Outbox outbox = new(budget, counters);
    private Outlet? outlet;
    private Will? will;
    private long? willDueAt;
    private uint expirySeconds;
    private long lostAt;
    private bool ended;

    public string ClientId => clientId;

    public Identity Identity => identity;

    public Outlet? Outlet
    {
        get { lock (gate) return outlet; }
    }

    public int Queued
    {
        get { lock (gate) return outbox.Queued; }
    }

    /// <summary>QoS 2 messages that were taken and not yet released.</summary>
    public int ReceivedCount
    {
        get { lock (gate) return received.Count; }
    }

    /// <summary>
    /// Puts a connection in the place of the one before, which is returned. The answer is appended under the lock, so
    /// nothing can leave before it.
    /// </summary>
    public Outlet? Attach(Outlet next, int window, uint expiry, Will? newWill, Action answer, long now)
    {
        lock (gate)
        {
            var before = outlet;
            outlet = next;
            outbox.Window = window;
            outbox.Rewind();
            expirySeconds = expiry;
            will = newWill;
            willDueAt = null;
            answer();
            outbox.Pump(next, now);
            return before;
        }
    }

    /// <summary>Takes the will of the connection that is being replaced, if it is to be said.</summary>
    public Will? TakeReplacedWill(bool sessionGoesOn)
    {
        lock (gate)
        {
            // A session that goes on only loses its connection, and a delayed will would wait for the session.
            var atOnce = outlet is not null && will is { DelaySeconds: 0 };
            var said = !sessionGoesOn || atOnce ? will : null;
            will = null;
            willDueAt = null;
            return said;
        }
    }

    /// <summary>The connection is over. False when another one has taken its place.</summary>
    public bool Detach(Outlet old, bool normal, uint? newExpiry, long now, out Will? saidNow, out bool over)
    {
        lock (gate)
        {
            (saidNow, over) = (null, false);
            if (!ReferenceEquals(outlet, old)) return false;
            outlet = null;
            lostAt = now;
            expirySeconds = newExpiry ?? expirySeconds;
            over = expirySeconds == 0;
            if (normal) will = null;
            if (will is not { } waiting) return true;
            var delay = Math.Min(waiting.DelaySeconds, expirySeconds);
            if (delay > 0) willDueAt = now + (delay * 1000L);
            else (saidNow, will) = (waiting, null);
            return true;
        }
    }

    /// <summary>The wheel asks: is a delayed will due, is the session's time over?</summary>
    public bool Expired(long now, out Will? due)
    {
        lock (gate)
        {
            due = null;
            if (outlet is not null || ended) return false;
            if (willDueAt <= now) (due, will, willDueAt) = (will, null, null);
            return now - lostAt >= expirySeconds * 1000L;
        }
    }

    public uint ExpirySeconds
    {
        get { lock (gate) return expirySeconds; }
    }

    /// <summary>Nothing of the session is left; its will, if one waits, is returned to be said.</summary>
    public Will? End()
    {
        lock (gate)
        {
            ended = true;
            outlet = null;
            foreach (var filter in subscriptions.Keys) index.Remove(this, filter);
            subscriptions.Clear();
            received.Clear();
            outbox.Clear();
            var last = will;
            (will, willDueAt) = (null, null);
            return last;
        }
    }

    public bool Subscribe(Subscription subscription, int subscriptionsMax, out bool isNew)
    {
        lock (gate)
        {
            isNew = false;
            if (ended || (subscriptions.Count >= subscriptionsMax && !subscriptions.ContainsKey(subscription.Filter)))
            {
                return false;
            }

            subscriptions[subscription.Filter] = subscription;
            // The index has its own lock, which never takes a session's; inside this one, so that End misses nothing.
            isNew = index.Add(subscription);
            return true;
        }
    }

    public bool Unsubscribe(byte[] filter)
    {
        lock (gate) return subscriptions.Remove(filter) && index.Remove(this, filter);
    }

    public void Deliver(in Delivery delivery, long now, TouchList touched)
    {
        lock (gate)
        {
            if (ended) return;
            if (delivery.Qos == 0)
            {
                if (outlet is null || !SendAtMostOnce(outlet, delivery, now)) return;
            }
            else
            {
                outbox.Enqueue(delivery);
                if (outlet is null || !outbox.Pump(outlet, now)) return;
            }

            touched.Add(outlet);
        }
    }

    /// <summary>The connection has room again.</summary>
    public void Pump(Outlet from, long now)
    {
        lock (gate)
        {
            if (ReferenceEquals(outlet, from)) outbox.Pump(from, now);
        }
    }

    /// <summary>An acknowledgement from the client.</summary>
    public AckMatch Acknowledge(Outlet from, AckKind kind, ushort packetId, bool failed, long now)
    {
        lock (gate)
        {
            if (!ReferenceEquals(outlet, from)) return AckMatch.Expected;
            var match = outbox.Acknowledge(kind, packetId, failed);
            if (match != AckMatch.Expected) return match;
            if (kind == AckKind.PubRec && !failed) from.SendAck(AckKind.PubRel, packetId, Reason.Success);
            outbox.Pump(from, now);
            return match;
        }
    }

    /// <summary>Remembers a QoS 2 message until its PUBREL, so that a repeat is not handed over again.</summary>
    public bool KeepReceived(ushort packetId)
    {
        lock (gate) return received.Add(packetId);
    }

    public bool HasReceived(ushort packetId)
    {
        lock (gate) return received.Contains(packetId);
    }

    public bool Release(ushort packetId)
    {
        lock (gate) return received.Remove(packetId);
    }

    private bool SendAtMostOnce(Outlet to, in Delivery delivery, long now)
    {
        if (delivery.Message.ExpiredAt(now)) return false;
        if (to.Congested)
        {
            counters.Drop("congested");
            return false;
        }

        if (to.SendPublish(delivery, 0, false, now)) return true;
        counters.Drop("too_large_for_client");
        return false;
    }
}
