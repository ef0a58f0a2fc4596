namespace MqttPay.EdgeAgent.Http;

/// <summary>The agent at a glance, as <c>GET /status</c> says it. Names are a contract with scripts.</summary>
internal sealed record AgentStatus
{
    public required uint Edge { get; init; }

    public required uint Fence { get; init; }

    public required uint Incarnation { get; init; }

    public required long Round { get; init; }

    /// <summary>The last round that the cloud acknowledged.</summary>
    public required long Watermark { get; init; }

    /// <summary>Why nothing is approved; null when it is.</summary>
    public string? Frozen { get; init; }

    public required bool Online { get; init; }

    /// <summary>Since the cloud answered last, in this run or before; null when it never did.</summary>
    public long? ContactSecondsAgo { get; init; }

    public SafeUntil? SafeUntil { get; init; }

    public required IReadOnlyList<LeaseSum> Leases { get; init; }

    public required OutboxReport Outbox { get; init; }

    public required long Approved { get; init; }

    /// <summary>Decisions that were no, by the name of their code.</summary>
    public required IReadOnlyDictionary<string, long> Declined { get; init; }

    /// <summary>Answers without a decision, by the name of their code.</summary>
    public required IReadOnlyDictionary<string, long> Hints { get; init; }

    public required IReadOnlyDictionary<string, long> Refused { get; init; }

    public required long Repeats { get; init; }

    public required long ExposureMinor { get; init; }

    /// <summary>What could be lost if this edge vanished now, per currency.</summary>
    public IReadOnlyList<ExposureReport> Exposure { get; init; } = [];

    /// <summary>Declines by a limit since the start, by the name of their code.</summary>
    public IReadOnlyDictionary<string, long> LimitDeclines { get; init; } = new Dictionary<string, long>();

    /// <summary>Rounds of earlier fences that wait for the cloud, or were refused; null when there are none.</summary>
    public string? LostRounds { get; init; }

    /// <summary>Whether new payments are put off because the disk is full.</summary>
    public bool DiskFull { get; init; }

    public required long DiskFreeBytes { get; init; }

    public required long DiskFloorBytes { get; init; }

    public required long JournalBytes { get; init; }

    /// <summary>Why the journal takes nothing more; null when it does.</summary>
    public string? JournalRefusal { get; init; }

    public required string CacheState { get; init; }

    public required long CacheLag { get; init; }

    public required long Unix { get; init; }

    public required long ElapsedSeconds { get; init; }

    /// <summary>Whether time since the last contact is known after a restart.</summary>
    public required bool ClockBounded { get; init; }
}

/// <summary>All leases of one currency, and the operator's float apart.</summary>
/// <param name="SecondsLeft">Spending time of the active lease that ends first; null without one.</param>
internal sealed record LeaseSum(
    int Currency, int Active, int Stopped, long LimitMinor, long RemainingMinor, long FloatLimitMinor,
    long FloatRemainingMinor, long? SecondsLeft);

/// <summary>What the cloud has not acknowledged.</summary>
/// <param name="Bytes">To within a journal segment.</param>
/// <param name="OldestSeconds">Age of the oldest batch or open round; null when there is none.</param>
/// <param name="Quarantine">Why the oldest batch does not move; null when it does.</param>
internal sealed record OutboxReport(
    int Records, int Batches, long Bytes, long? OldestSeconds, long Watermark, long Round, string? Quarantine,
    IReadOnlyList<OutboxBatch> Waiting);

internal sealed record OutboxBatch(long FirstRound, long LastRound, int Records);
