using MqttPay.CloudSync.Storage;
using MqttPay.Payments;

namespace MqttPay.CloudSync.Ingest;

/// <summary>Where a lost run of rounds belongs.</summary>
internal abstract record BranchPlace
{
    private BranchPlace() { }

    /// <summary>The cloud never gave this fence.</summary>
    public sealed record Unknown : BranchPlace;

    /// <summary>All of it is held already.</summary>
    /// <param name="Ack">The stored answer, if a run ended here before.</param>
    public sealed record Known(byte[]? Ack) : BranchPlace;

    /// <summary>Nothing that the cloud has precedes it.</summary>
    public sealed record Apart(long NextRound, Hash Head) : BranchPlace;

    /// <summary>It goes on with a branch, perhaps a new one, from this round on.</summary>
    public sealed record Follows(short Branch, long From, ChainRow Chain) : BranchPlace;
}
