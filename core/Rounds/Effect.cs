using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>What the shell is to do, in this order.</summary>
public abstract record Effect
{
    private Effect()
    {
    }

    /// <summary>
    /// Check the signature and come back with <see cref="Input.Verified"/>; a device's requests stay in order.
    /// </summary>
    public sealed record Verify(Incoming Request, PublicKey Key) : Effect;

    /// <summary>Sign the round, write it, sync it, and say <see cref="Input.RoundDurable"/>.</summary>
    public sealed record Append(Round Round) : Effect;

    /// <summary>A final reply whose round is on disk: acknowledge, then answer with the proof.</summary>
    public sealed record Reply(Incoming Request, Round Round, int Leaf) : Effect;

    /// <summary>A voucher is kept, or known: acknowledge it. Vouchers get no reply.</summary>
    public sealed record Accept(Incoming Request) : Effect;

    /// <summary>A copy of a payer's approval for a device of the payee that may capture it.</summary>
    public sealed record Notify(KeyId Device, Incoming Payer, Round Round, int Leaf) : Effect;

    /// <summary>The answer to a payee's STATUS: the same copy, rebuilt from the journal.</summary>
    public sealed record RepeatNotice(Incoming Status, Place Place) : Effect;

    /// <summary>
    /// Ask the cloud, within the budget, and come back with <see cref="Input.AskAnswered"/> or
    /// <see cref="Input.AskFailed"/>.
    /// </summary>
    /// <param name="AmountMinor">What the payment needs.</param>
    public sealed record Ask(long Parked, Purse Purse, long AmountMinor, Evidence Evidence) : Effect;

    /// <summary>A limit declined this: what each limit still allowed, for operators.</summary>
    public sealed record Refused(Incoming Request, Decision Decision, Headroom Headroom) : Effect;

    /// <summary>The same request again: rebuild its reply from the journal.</summary>
    public sealed record Repeat(Incoming Request, Place Place) : Effect;

    /// <summary>Nothing was decided; says nothing about money.</summary>
    public sealed record Hint(Incoming Request, DecisionCode Code) : Effect;

    /// <summary>No reply at all: one would only help an attacker.</summary>
    public sealed record Ignore(Incoming Request, WireError Reason) : Effect;

    /// <summary>Read the first message of this name and come back with <see cref="Input.ConflictRead"/>.</summary>
    public sealed record ReadConflict(Incoming Second, Place First) : Effect;
}
