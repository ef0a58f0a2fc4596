namespace MqttPay.FirmwareSim.Demo;

/// <summary>What was seen of a gateway that was put back to an old backup.</summary>
internal sealed record Restored
{
    /// <summary>The most that could be lost with the gateway at that moment, as the cloud told.</summary>
    public long WorstLossMinor { get; init; }

    /// <summary>Rounds that the cloud had and the backup had not.</summary>
    public long RoundsForgotten { get; init; }

    /// <summary>Devices were told that the edge is frozen.</summary>
    public bool Froze { get; init; }

    /// <summary>Final approvals between its start and its new fence.</summary>
    public long ApprovedWhileFrozen { get; init; }

    public uint FenceBefore { get; init; }

    public uint FenceAfter { get; init; }

    /// <summary>Approvals under the new fence.</summary>
    public long PaidAgain { get; init; }

    /// <summary>Whether the cloud has the rounds that the restored edge wrote beside the accepted history.</summary>
    public bool BranchBooked { get; init; }
}
