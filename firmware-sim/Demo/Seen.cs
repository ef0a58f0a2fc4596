namespace MqttPay.FirmwareSim.Demo;

/// <summary>What the story itself counted; the rest is measured afterwards.</summary>
internal sealed record Seen
{
    public long ApprovedOffline { get; init; }

    public long DeclinedOffline { get; init; }

    public long OfflineGoal { get; init; }

    public long DuplicatesSent { get; init; }

    public int Conflicts { get; init; }

    public bool CloneDenied { get; init; }

    public int ForgedSent { get; init; }

    public int ForgedApproved { get; init; }

    public int EdgeKills { get; init; }

    public string? EdgeCrash { get; init; }

    public string? EdgeDown { get; init; }

    public bool Drained { get; init; }

    /// <summary>Whether devices were told that the edge froze, before anybody put an old disk back.</summary>
    public bool EdgeFroze { get; init; }

    /// <summary>What the stand-alone check said of the clone's pair; null when it is not proved.</summary>
    public string? Evidence { get; init; }

    /// <summary>Null when that part was not played.</summary>
    public Restored? Restored { get; init; }
}
