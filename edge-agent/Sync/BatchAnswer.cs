using MqttPay.Payments;

namespace MqttPay.EdgeAgent.Sync;

/// <summary>What the cloud says to a batch.</summary>
internal abstract record BatchAnswer
{
    private BatchAnswer()
    {
    }

    /// <summary>Taken, now or before. The message is signed by the cloud.</summary>
    public sealed record Acked(byte[] Message) : BatchAnswer;

    /// <summary>Rounds before these are missing there: send from here on.</summary>
    public sealed record Gap(long NextRound, Hash Head) : BatchAnswer;

    /// <summary>The cloud holds another history of this edge.</summary>
    public sealed record Forked(long NextRound, Hash Head) : BatchAnswer;

    /// <summary>Refused whole, for what it holds: kept here for a person to look at.</summary>
    public sealed record Refused(string Reason) : BatchAnswer;

    /// <summary>Not now.</summary>
    public sealed record Busy(TimeSpan RetryAfter) : BatchAnswer;

    public sealed record Unreachable(string Reason) : BatchAnswer;
}
