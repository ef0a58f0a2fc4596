using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>
/// A known name with other, validly signed content: proof that two devices hold one key. The pair is journalled before
/// anybody is told; until then the key is put off, so a crash in between loses nothing but time.
/// </summary>
public sealed partial class EdgeMachine
{
    private readonly HashSet<KeyId> readingConflict = [];

    /// <summary>Returns whether the request is dealt with.</summary>
    private bool TakeConflict(Incoming incoming)
    {
        var request = incoming.Request;
        var record = book.Find(PaymentId.Of(request.Name));
        if (readingConflict.Contains(request.Kid))
            effects.Add(new Effect.Hint(incoming, DecisionCode.TempError));
        else if (record is null)
            return false;
        else if (book.IsDenied(request.Kid, request.Epoch))   // The pair is kept already.
            effects.Add(new Effect.Hint(incoming, DecisionCode.ReplayConflict));
        else if (MessageAt(record.Value.Place) is { } first)
            Conflict(incoming, first);
        else
        {
            readingConflict.Add(request.Kid);
            effects.Add(new Effect.ReadConflict(incoming, record.Value.Place));
        }

        return true;
    }

    /// <summary>The first message came back from the journal; null when it could not be read.</summary>
    private void ConflictRead(Incoming second, byte[]? first)
    {
        readingConflict.Remove(second.Request.Kid);
        if (first is null || book.Frozen is not FreezeCause.None)
            effects.Add(new Effect.Hint(second, DecisionCode.TempError));
        else
            Conflict(second, first);
    }

    private void Conflict(Incoming second, byte[] first)
    {
        Tick();
        Tell(new RoundEvent.Conflict(first, second.Message));
        AfterDurable(book.Head + 1, new Effect.Hint(second, DecisionCode.ReplayConflict));
    }

    /// <summary>The message of a leaf that is not on disk yet; null when it is.</summary>
    private byte[]? MessageAt(Place place)
    {
        if (place.Round == book.Head + 1) return open.MessageOf(place.Leaf);
        var round = unsynced.FirstOrDefault(round => round.Header.Number == place.Round);
        return (round?.Leaves[place.Leaf] as Leaf.Decided)?.Request;
    }
}
