namespace MqttPay.Simulation.Kernel;

/// <summary>Counts faults by kind.</summary>
internal sealed class FaultLog
{
    private static readonly int Kinds = Enum.GetValues<FaultKind>().Length;
    private readonly long[] counts = new long[Kinds];

    public long Total { get; private set; }

    public void Count(FaultKind kind)
    {
        counts[(int)kind]++;
        Total++;
    }

    public void Add(FaultLog other)
    {
        for (var kind = 0; kind < counts.Length; kind++) counts[kind] += other.counts[kind];
        Total += other.Total;
    }

    /// <summary>Only those that happened, by name.</summary>
    public SortedDictionary<string, long> ByKind()
    {
        var named = new SortedDictionary<string, long>(StringComparer.Ordinal);
        for (var kind = 0; kind < counts.Length; kind++)
            if (counts[kind] > 0) named[((FaultKind)kind).ToString()] = counts[kind];
        return named;
    }
}
