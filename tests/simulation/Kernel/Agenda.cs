namespace MqttPay.Simulation.Kernel;

/// <summary>
/// What will happen, by (virtual microsecond, order of planning): the one source of order in a world.
/// </summary>
internal sealed class Agenda
{
    private Entry[] heap = new Entry[256];
    private int count;
    private long planned;

    public long Now { get; private set; }

    public int Count => count;

    public void In(long delay, int node, Happening what, Action act) => At(Now + Math.Max(0, delay), node, what, act);

    public void At(long time, int node, Happening what, Action act)
    {
        if (count == heap.Length) Array.Resize(ref heap, count * 2);
        var entry = new Entry(Math.Max(time, Now), planned++, node, what, act);
        var at = count++;
        while (at > 0)
        {
            var parent = (at - 1) >> 1;
            if (!entry.IsBefore(heap[parent])) break;
            heap[at] = heap[parent];
            at = parent;
        }

        heap[at] = entry;
    }

    public bool TryTake(out Entry entry)
    {
        entry = default;
        if (count == 0) return false;
        entry = heap[0];
        var last = heap[--count];
        heap[count] = default;
        Sink(last);
        Now = entry.At;
        return true;
    }

    private void Sink(Entry last)
    {
        var at = 0;
        while (true)
        {
            var child = (at << 1) + 1;
            if (child >= count) break;
            if (child + 1 < count && heap[child + 1].IsBefore(heap[child])) child++;
            if (!heap[child].IsBefore(last)) break;
            heap[at] = heap[child];
            at = child;
        }

        if (count > 0) heap[at] = last;
    }

    internal readonly record struct Entry(long At, long Order, int Node, Happening What, Action Act)
    {
        public bool IsBefore(in Entry other) => At < other.At || (At == other.At && Order < other.Order);
    }
}
