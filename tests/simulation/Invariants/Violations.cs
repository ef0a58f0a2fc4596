namespace MqttPay.Simulation.Invariants;

/// <summary>Broken invariants, in the order in which they were seen; each begins with its name.</summary>
internal sealed class Violations
{
    private const int KeptMax = 20;
    private readonly List<string> seen = [];

    public IReadOnlyList<string> Seen => seen;

    public int Count { get; private set; }

    public bool Any => Count > 0;

    public void Add(string what)
    {
        Count++;
        if (seen.Count < KeptMax) seen.Add(what);
    }
}
