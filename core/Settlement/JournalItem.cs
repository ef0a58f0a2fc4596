using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Settlement;

/// <summary>One leaf of a verified batch, in journal order.</summary>
/// <param name="Position">Place within the batch, from 0, events counted.</param>
/// <param name="Unix">The time in the header of its round.</param>
public abstract record JournalItem(int Position, long Round, uint Unix)
{
    /// <summary>
    /// A decided request. <paramref name="Request"/> is null when the strict parser refuses the message.
    /// </summary>
    /// <param name="Genuine">The device is known and its signature verifies under the key pinned at enrolment.</param>
    public sealed record Decided(
        int Position, long Round, uint Unix, byte[] Message, byte[] DecisionBytes, PaymentRequest? Request, Hash Digest,
        Decision Decision, bool Genuine) : JournalItem(Position, Round, Unix);

    /// <summary>Anything else that the edge wrote down.</summary>
    /// <param name="About">The request in question where the event carries messages and all their signatures
    /// verify.</param>
    public sealed record Happened(
        int Position, long Round, uint Unix, RoundEvent Event, byte[] Body, RequestName? About)
            : JournalItem(Position, Round, Unix);
}
