namespace MqttPay.FirmwareSim.Demo;

/// <summary>What was measured. The verdict is a function of these and of nothing else.</summary>
internal sealed record DemoFacts
{
    public int Devices { get; init; }

    public long Requests { get; init; }

    public long Approved { get; init; }

    public long Declined { get; init; }

    public long ApprovedOffline { get; init; }

    /// <summary>How many offline approvals the story wants to see.</summary>
    public long OfflineGoal { get; init; }

    /// <summary>Declines while the uplink was cut, because a limit was met.</summary>
    public long DeclinedOffline { get; init; }

    public IReadOnlyDictionary<string, long> DeclinedByCode { get; init; } = new Dictionary<string, long>();

    public long DuplicatesSent { get; init; }

    /// <summary>Hints 10 that the cloned device got.</summary>
    public long Conflicts { get; init; }

    /// <summary>Whether the cloned key was refused from then on.</summary>
    public bool CloneDenied { get; init; }

    public long ForgedSent { get; init; }

    /// <summary>Final approvals to messages that nobody may approve.</summary>
    public long ForgedApproved { get; init; }

    public int EdgeKills { get; init; }

    /// <summary>Whether an old copy of the gateway's disk was put back.</summary>
    public bool EdgeRestored { get; init; }

    /// <summary>Whether devices were told that the edge froze itself, before anybody put an old disk back.</summary>
    public bool EdgeFroze { get; init; }

    /// <summary>Its last words, if the edge ended although nobody killed it.</summary>
    public string? EdgeCrash { get; init; }

    /// <summary>Why the edge could not be started again, null when it runs.</summary>
    public string? EdgeDown { get; init; }

    /// <summary>Approvals in the devices' own books, each with a checked proof.</summary>
    public long ReceiptsVerified { get; init; }

    /// <summary>Of these, posted exactly once and with the same amount.</summary>
    public long Settled { get; init; }

    public IReadOnlyList<string> Lost { get; init; } = [];

    public IReadOnlyList<string> Doubled { get; init; } = [];

    public IReadOnlyList<string> WrongAmount { get; init; } = [];

    /// <summary>Posted although the device holds a decline, or never asked.</summary>
    public IReadOnlyList<string> Unfounded { get; init; } = [];

    public long OverspentMinor { get; init; }

    public IReadOnlyDictionary<string, long> BreaksByCategory { get; init; } = new Dictionary<string, long>();

    public long Uncategorised { get; init; }

    public long LedgerSumMinor { get; init; }

    /// <summary>The ledger's own checks that found violations.</summary>
    public IReadOnlyDictionary<string, long> LedgerViolations { get; init; } = new Dictionary<string, long>();

    /// <summary>Whether the cloud had every round that a device holds a receipt of.</summary>
    public bool Drained { get; init; }

    /// <summary>Requests that never got an answer.</summary>
    public int Unanswered { get; init; }

    /// <summary>Holds, vouchers, refunds and what else must be in the books as it was told.</summary>
    public IReadOnlyList<LifecycleCheck> Lifecycle { get; init; } = [];

    public double ElapsedS { get; init; }
}
