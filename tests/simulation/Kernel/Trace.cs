namespace MqttPay.Simulation.Kernel;

/// <summary>
/// 64 bits over all that happened. Nothing goes in whose value or order could differ between two processes.
/// </summary>
internal sealed class Trace
{
    private const int RecentMax = 200;
    private readonly Agenda.Entry[] recent = new Agenda.Entry[RecentMax];

    public ulong Value { get; private set; } = 14_695_981_039_346_656_037;

    public long Steps { get; private set; }

    public void Step(in Agenda.Entry entry)
    {
        recent[Steps++ % RecentMax] = entry with { Act = static () => { } };
        Add((ulong)entry.At);
        Add(((ulong)entry.Node << 8) | (ulong)entry.What);
    }

    public void Add(ulong value)
    {
        unchecked
        {
            var mixed = (Value ^ value) * 0x9E3779B97F4A7C15;
            Value = mixed ^ (mixed >> 29);
        }
    }

    public void Add(long value) => Add(unchecked((ulong)value));

    /// <summary>The newest steps, oldest first, for whoever looks for the reason of a livelock.</summary>
    public IEnumerable<string> Recent()
    {
        for (var step = Math.Max(0, Steps - RecentMax); step < Steps; step++)
        {
            var entry = recent[step % RecentMax];
            yield return $"{entry.At / 1e6:0.000000} s, node {entry.Node}, {entry.What}";
        }
    }
}
