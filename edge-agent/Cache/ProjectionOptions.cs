namespace MqttPay.EdgeAgent.Cache;

/// <summary>How the cache follows the journal. The defaults are measured; tests use smaller ones.</summary>
internal sealed record ProjectionOptions
{
    /// <summary>A transaction of LiteDB costs about as much as 60 decisions: few and large.</summary>
    public int DecisionsPerTransaction { get; init; } = 1_024;

    /// <summary>How long news may wait for a transaction.</summary>
    public TimeSpan ApplyInterval { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan StandingsInterval { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The newest decisions that are kept; older ones are in the journal.</summary>
    public int Window { get; init; } = 1_000_000;

    /// <summary>Decisions that are deleted in one step when the window is full.</summary>
    public int TrimStep { get; init; } = 1_000;

    public TimeSpan RebuildGap { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>So many failures within an hour, and the cache stays off until the next start.</summary>
    public int FailuresMax { get; init; } = 3;

    /// <summary>So many failures in a life of the process; each keeps some memory.</summary>
    public int FailuresEverMax { get; init; } = 8;
}
