namespace MqttPay.EdgeAgent.Rounds;

/// <summary>
/// Where each round stands, fence by fence. Rounds that the cloud's order to a new fence left behind are given up: no
/// reply and no batch is made of them any more. Written by one thread, read by several.
/// </summary>
internal sealed class RoundIndex
{
    private readonly Lock gate = new();
    private readonly List<Part> parts = [];

    /// <summary>A fence begins.</summary>
    /// <param name="after">The last round of the fences before that stands.</param>
    public void Begin(uint fence, long after)
    {
        lock (gate)
        {
            foreach (var part in parts) part.Through = Math.Min(part.Through, after);
            parts.Add(new(fence));
        }
    }

    /// <summary>Adds the next round of the newest fence.</summary>
    public void Add(long round, long lsn)
    {
        lock (gate)
        {
            var part = parts[^1];
            if (part.Lsns.Count == 0) part.First = round;
            Invariant.Holds(round == part.First + part.Lsns.Count);
            part.Lsns.Add(lsn);
        }
    }

    /// <summary>Null when the round is not held, or was given up.</summary>
    public (uint Fence, long Lsn)? Find(long round)
    {
        lock (gate)
        {
            for (var index = parts.Count - 1; index >= 0; index--)
                if (round <= parts[index].Through && parts[index].LsnOf(round) is > 0 and var lsn)
                    return (parts[index].Fence, lsn);
            return null;
        }
    }

    /// <summary>A round of one fence, given up or not; 0 when it is not held.</summary>
    public long FindIn(uint fence, long round)
    {
        lock (gate) return parts.FirstOrDefault(part => part.Fence == fence)?.LsnOf(round) ?? 0;
    }

    private sealed class Part(uint fence)
    {
        public uint Fence { get; } = fence;

        public long First { get; set; }

        public long Through { get; set; } = long.MaxValue;

        public List<long> Lsns { get; } = [];

        public long LsnOf(long round) => round < First || round >= First + Lsns.Count ? 0 : Lsns[(int)(round - First)];
    }
}
