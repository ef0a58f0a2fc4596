namespace MqttPay.Broker.Machine;

/// <summary>
/// The acknowledgements that one connection is owed, in the order in which its messages arrived. An outcome may come at
/// any time and from any thread; acknowledgements leave from the head only, and a reply follows its own.
/// </summary>
internal sealed class AckLane(Outlet outlet, Session? session, int capacity)
{
    public const long NoPosition = -1;

    /// <summary>So many silent slots, and the client's window is as good as lost: it has to connect again.</summary>
    public const int WithheldMax = 4;

    // The lock covers the ring and the order in which acknowledgements are appended; it is never held across a
    // delivery.
    private readonly Lock gate = new();
    private Slot[] slots = [];
    private long head;
    private long tail;
    private int withheld;
    private bool closed;

    public bool Full
    {
        get { lock (gate) return tail - head == capacity; }
    }

    public int Count
    {
        get { lock (gate) return (int)(tail - head); }
    }

    /// <summary>Called when a slot becomes free; MQTT 3.1.1 pauses reading until then.</summary>
    public Action? Freed { get; set; }

    public bool TryTake(AckKind kind, ushort packetId, out long position)
    {
        lock (gate)
        {
            position = tail;
            if (tail - head == capacity) return false;
            // An idle connection has no use for the ring, and there are many of them.
            if (slots.Length == 0) slots = new Slot[capacity];
            slots[tail++ % slots.Length] = new(kind, packetId);
            return true;
        }
    }

    /// <summary>Takes an outcome and returns those whose reply may leave now; null when there are none.</summary>
    public List<AckOutcome>? Settle(long position, AckOutcome outcome, TouchList touched)
    {
        List<AckOutcome>? ready = null;
        var freed = false;
        lock (gate)
        {
            if (position == NoPosition)
            {
                if (!outcome.Reply.IsEmpty) ready = [outcome];
                if (outcome.Close && !closed) outlet.Close(outcome.Reason);
            }
            else
            {
                ref var slot = ref slots[position % slots.Length];
                slot = slot with { Outcome = outcome, Done = true };
                freed = Drain(ref ready);
            }
        }

        if (freed) Freed?.Invoke();
        touched.Add(outlet);
        return ready;
    }

    /// <summary>
    /// The connection is gone: outcomes still settle and replies still leave, acknowledgements do not.
    /// </summary>
    public void Abandon()
    {
        lock (gate) closed = true;
    }

    private bool Drain(ref List<AckOutcome>? ready)
    {
        var freed = false;
        while (head < tail && slots[head % slots.Length] is { Done: true } slot)
        {
            slots[head++ % slots.Length] = default;
            freed = true;
            Acknowledge(slot);
            if (!slot.Outcome.Reply.IsEmpty) (ready ??= []).Add(slot.Outcome);
        }

        return freed;
    }

    private void Acknowledge(in Slot slot)
    {
        if (closed) return;
        var outcome = slot.Outcome;
        if (outcome.Withheld && outlet.Protocol != Protocol.V5)
        {
            if (outcome.Close || ++withheld == WithheldMax) outlet.Close(outcome.Reason);
            return;
        }

        if (slot.Kind == AckKind.PubRec && outcome.Reason < Reason.Unspecified) session?.KeepReceived(slot.PacketId);
        outlet.SendAck(slot.Kind, slot.PacketId, outcome.Reason);
        if (outcome.Close) outlet.Close(outcome.Reason);
    }

    private readonly record struct Slot(AckKind Kind, ushort PacketId, bool Done = false, AckOutcome Outcome = default);
}
