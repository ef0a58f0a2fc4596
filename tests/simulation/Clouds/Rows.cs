using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;

namespace MqttPay.Simulation.Clouds;

/// <summary>One edge's chain under one fence.</summary>
internal sealed class ChainRow(long firstRound, Hash head)
{
    public ChainHead Head { get; set; } = new(firstRound, head);

    /// <summary>Roots of the rounds that were accepted under this fence, from <see cref="First"/> on.</summary>
    public List<Hash> Roots { get; } = [];

    public long First { get; } = firstRound;

    public uint LastUnix { get; set; }

    public uint DenyVersion { get; set; }

    public Hash? RootOf(long round) =>
        round >= First && round - First < Roots.Count ? Roots[(int)(round - First)] : null;
}

/// <summary>What the cloud keeps of an edge.</summary>
internal sealed class EdgeRow(uint edge)
{
    public uint Edge => edge;

    public uint Fence { get; set; } = 1;

    public SortedDictionary<uint, ChainRow> Chains { get; } = new() { [1] = new(1, default) };

    public ChainRow Chain => Chains[Fence];

    public SortedDictionary<long, Offer> Offers { get; } = [];

    public SortedSet<long> OpenLeases { get; } = [];

    public long ContactAt { get; set; }

    /// <summary>Why an operator has to look, or null.</summary>
    public string? Trouble { get; set; }
}

/// <summary>A grant that no LEASE_ON answered yet.</summary>
internal sealed record Offer(Grant Grant, byte[] Message);

/// <summary>A batch as it came, verified outside any transaction.</summary>
internal sealed record Submitted(
    IReadOnlyList<SignedRound> Rounds, IReadOnlyList<JournalItem> Items, ChainRun Run, uint Fence);

/// <summary>What the cloud says to a batch.</summary>
internal abstract record BatchReply
{
    public sealed record Acked(Ack Ack, byte[] Message) : BatchReply;

    public sealed record Gap(long NextRound) : BatchReply;

    public sealed record Forked(long NextRound, Hash Head) : BatchReply;

    public sealed record Refused(string Reason) : BatchReply;
}
