namespace MqttPay.EdgeAgent.Rounds;

/// <summary>Where each round stands in the journal. Written by one thread, read by several.</summary>
internal sealed class RoundIndex
{
    private readonly Lock gate = new();
    private readonly List<long> lsns = [];
    private long first = 1;

    /// <summary>Adds the next round.</summary>
    public void Add(long round, long lsn)
    {
        lock (gate)
        {
            if (lsns.Count == 0) first = round;
            Invariant.Holds(round == first + lsns.Count);
            lsns.Add(lsn);
        }
    }

    /// <summary>The round's LSN, or 0 when it is not held.</summary>
    public long LsnOf(long round)
    {
        lock (gate) return round < first || round >= first + lsns.Count ? 0 : lsns[(int)(round - first)];
    }
}
