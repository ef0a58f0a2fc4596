using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>What may happen to an edge.</summary>
public abstract record Input
{
    private Input()
    {
    }

    /// <summary>The first input of a run: journalled before anything else.</summary>
    public sealed record Started(
        string Version, bool Clean, byte[] BootId, long BootSeconds, FreezeCause Freeze) : Input;

    /// <summary>A well-formed request whose signature nobody has checked yet.</summary>
    public sealed record Arrived(Incoming Request) : Input;

    public sealed record Verified(Incoming Request, bool Valid) : Input;

    /// <summary>
    /// The first message of a name that came with other content, as the journal holds it; null when it cannot be read.
    /// </summary>
    public sealed record ConflictRead(Incoming Second, byte[]? First) : Input;

    public sealed record RoundDurable(long Number) : Input;

    public sealed record Acknowledged(Ack Ack) : Input;

    /// <param name="SinceSeconds">Elapsed time when the ask or the feed's question was sent.</param>
    public sealed record Granted(Grant Grant, byte[] Message, long SinceSeconds) : Input;

    public sealed record PolicyCame(Policy Policy, byte[] Message) : Input;

    public sealed record DenyListCame(DenyList DenyList, byte[] Message) : Input;

    /// <param name="Digest">SHA-256 of the signed message.</param>
    public sealed record RosterCame(Roster Roster, Hash Digest = default) : Input;

    /// <summary>The cloud wants a lease back.</summary>
    public sealed record LeaseRecalled(long Lease) : Input;

    /// <summary>The cloud answered an ask. What it granted or denied came before this.</summary>
    /// <param name="Code">Approved: go on with what there is. A decline: the cloud's own decision.</param>
    public sealed record AskAnswered(long Parked, DecisionCode Code) : Input;

    /// <summary>The cloud did not answer in time.</summary>
    public sealed record AskFailed(long Parked) : Input;

    /// <summary>Whether the cloud may be asked inside a payment: the link is up and the breaker closed.</summary>
    public sealed record LinkChanged(bool Askable) : Input;

    /// <summary>Nothing happened but time, which ends holds and closes leases.</summary>
    public sealed record TimePassed : Input;

    /// <summary>The cloud answered; ages of lists count from here.</summary>
    public sealed record Contacted : Input;

    /// <summary>The cloud knows more of this edge's history, or another one.</summary>
    public sealed record HistoryLost(FreezeCause Cause) : Input;

    /// <summary>Ends the batch, if anything is in it.</summary>
    /// <param name="BusinessDate">Days since 1970-01-01 by the site's calendar.</param>
    public sealed record SealWanted(uint BusinessDate) : Input;
}
