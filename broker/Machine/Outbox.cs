namespace MqttPay.Broker.Machine;

/// <summary>
/// A session's outgoing messages: a window of packet ids in flight, and behind it a bounded queue. It belongs to its
/// session's lock.
/// </summary>
internal sealed class Outbox(QueueBudget budget, BrokerCounters counters)
{
    private readonly List<Inflight> inflight = [];
    private readonly Queue<Delivery> queue = new();
    private int queuedBytes;
    private int unsent;
    private ushort lastId;
    private bool idsWrapped;

    public int Window { get; set; } = 1;

    public int Queued => queue.Count;

    public int InFlight => inflight.Count;

    /// <summary>The connection is another one: what is in flight has to be sent again, in its old order.</summary>
    public void Rewind()
    {
        foreach (var each in inflight) each.Sent = false;
        unsent = inflight.Count;
    }

    public void Enqueue(in Delivery delivery)
    {
        var size = delivery.Message.Size;
        if (queue.Count == SessionLimits.QueueMax || queuedBytes + size > SessionLimits.QueueBytesMax
            || budget.Exhausted)
        {
            counters.Drop("queue_full");
            return;
        }

        queue.Enqueue(delivery);
        queuedBytes += size;
        budget.Take(size);
    }

    /// <summary>Sends what the window allows: first what is repeated, then what waits.</summary>
    public bool Pump(Outlet outlet, long now)
    {
        var sent = Repeat(outlet, now);
        while (unsent == 0 && inflight.Count < Window && !outlet.Congested && queue.TryDequeue(out var next))
        {
            Discharge(next.Message.Size);
            if (next.Message.ExpiredAt(now)) counters.Drop("expired");
            else if (!outlet.SendPublish(next, NextId(), false, now)) counters.Drop("too_large_for_client");
            else sent |= Keep(next);
        }

        return sent;
    }

    public AckMatch Acknowledge(AckKind kind, ushort packetId, bool failed)
    {
        var at = inflight.FindIndex(each => each.PacketId == packetId);
        if (at < 0) return AckMatch.Unknown;
        var found = inflight[at];
        switch (kind)
        {
            case AckKind.PubAck when found.Delivery.Qos == 1:
            case AckKind.PubComp when found.Released:
            case AckKind.PubRec when found.Delivery.Qos == 2 && failed:
                inflight.RemoveAt(at);
                if (!found.Sent) unsent--;
                return AckMatch.Expected;
            case AckKind.PubRec when found.Delivery.Qos == 2:
                found.Released = true;
                return AckMatch.Expected;
            default:
                return AckMatch.OtherKind;
        }
    }

    public void Clear()
    {
        budget.Give(queuedBytes);
        queuedBytes = 0;
        queue.Clear();
        inflight.Clear();
        unsent = 0;
    }

    private bool Repeat(Outlet outlet, long now)
    {
        var sent = false;
        for (var at = 0; unsent > 0 && at < inflight.Count && !outlet.Congested; at++)
        {
            var each = inflight[at];
            if (each.Sent) continue;
            if (inflight.Count - unsent >= Window) break;
            each.Sent = true;
            unsent--;
            sent = true;
            if (each.Released)
            {
                outlet.SendAck(AckKind.PubRel, each.PacketId, Reason.Success);
            }
            else if (!outlet.SendPublish(each.Delivery, each.PacketId, true, now))
            {
                inflight.RemoveAt(at--);
                counters.Drop("too_large_for_client");
            }
        }

        return sent;
    }

    private bool Keep(in Delivery delivery)
    {
        inflight.Add(new(lastId, delivery) { Sent = true });
        return true;
    }

    private void Discharge(int size)
    {
        queuedBytes -= size;
        budget.Give(size);
    }

    /// <summary>Ids start at 1, count up and skip those that are in flight, which can only be after a wrap.</summary>
    private ushort NextId()
    {
        do
        {
            idsWrapped |= lastId == ushort.MaxValue;
            lastId = lastId == ushort.MaxValue ? (ushort)1 : (ushort)(lastId + 1);
        }
        while (idsWrapped && inflight.Exists(each => each.PacketId == lastId));

        return lastId;
    }
}
