using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>A request's way through the edge. The order of the steps is part of the design.</summary>
public sealed partial class EdgeMachine
{
    /// <summary>Before any signature work: is the name known, is the key ours, is it for this edge?</summary>
    private void Arrive(Incoming incoming)
    {
        var request = incoming.Request;
        if (IsNamed(request) && RepeatIfSame(incoming)) return;
        if (Planted.Is(Bug.P17) && IsNamed(request) && TakeConflict(incoming)) return;

        if (roster.Find(request.Kid) is not { } device)
            effects.Add(new Effect.Ignore(incoming, WireError.UnknownKid));
        else if (request.Edge != book.Edge && !Planted.Is(Bug.P19))
            effects.Add(new Effect.Hint(incoming, DecisionCode.WrongEdge));
        else if (incoming.Algorithm != device.Key.Algorithm)
            effects.Add(new Effect.Hint(incoming, DecisionCode.Format));
        else
            effects.Add(new Effect.Verify(incoming, device.Key));
    }

    /// <summary>
    /// Nothing is stored under a name before this point, or a stranger could spoil a device's next name.
    /// </summary>
    private void Verified(Incoming incoming, bool valid)
    {
        if (!valid && !Planted.Is(Bug.P18)) effects.Add(new Effect.Hint(incoming, DecisionCode.BadSignature));
        else if (!WaitsBehindParked(incoming)) Decide(incoming, null);
    }

    private void Decide(Incoming incoming, Asked? asked)
    {
        var request = incoming.Request;
        if (IsNamed(request) && RepeatIfSame(incoming)) return;
        Witnessed(request);
        if (request.Operation is Operation.Status) AnswerStatus(incoming);
        else if (book.Frozen is not FreezeCause.None) effects.Add(new Effect.Hint(incoming, DecisionCode.EdgeFrozen));
        else if (request.Operation is Operation.Voucher) TakeVoucher(incoming);
        else if (!TakeConflict(incoming)) Name(incoming, asked);
    }

    private void Name(Incoming incoming, Asked? asked)
    {
        var request = incoming.Request;
        var device = roster.Find(request.Kid);
        if (device is null || book.Policy is null)
        {
            effects.Add(new Effect.Hint(incoming, DecisionCode.TempError));
            return;
        }

        var step = book.ChainOf(request.Kid).Place(request, device.Epoch, device.SequenceFloor);
        if (step is SequenceStep.Stale or SequenceStep.RecordTooOld)
        {
            effects.Add(new Effect.Hint(
                incoming, step is SequenceStep.Stale ? DecisionCode.SequenceStale : DecisionCode.TempError));
            return;
        }

        Tick();
        if (request.Operation is Operation.Void or Operation.Reverse) KeepVoucherOf(EdgeBook.TargetOf(request));
        var judged = decider.Decide(request, device, roster, step, asked, askable, RoundUnix);
        if (judged.Decision is not { } decision)
        {
            Park(incoming, judged.Purse, judged.Evidence);
            return;
        }

        var place = NextPlace;
        open.Add(incoming, decision, now.Unix);
        book.Apply(request, incoming.Digest, decision, place);
        if (judged.Headroom is { } headroom) effects.Add(new Effect.Refused(incoming, decision, headroom));
        if (decision.Approved) CloseWhatIsDone();
    }

    /// <summary>STATUS claims no name: it gets the stored reply of the request that it asks about.</summary>
    private void AnswerStatus(Incoming incoming)
    {
        var request = incoming.Request;
        var target = EdgeBook.TargetOf(request);
        if (book.Find(target) is not { } record)
            effects.Add(new Effect.Hint(incoming, DecisionCode.ReferenceNotFound));
        else if (request.ReferenceSequence is not null)
            AfterDurable(record.Place.Round, new Effect.Repeat(incoming, record.Place));
        else if (roster.Find(request.Kid) is { Payee: not 0 } device && PayeeOf(target) == device.Payee)
            AfterDurable(record.Place.Round, new Effect.RepeatNotice(incoming, record.Place));
        else
            effects.Add(new Effect.Hint(incoming, DecisionCode.ReferenceNotFound));
    }

    private uint? PayeeOf(PaymentId id) => book.Holds.Find(id)?.Payee ?? book.Paid.Find(id)?.Payee;

    /// <summary>A known name with the same content gets its stored reply. Returns whether it was one.</summary>
    private bool RepeatIfSame(Incoming incoming)
    {
        if (book.Find(PaymentId.Of(incoming.Request.Name)) is not { } record) return false;
        if (record.DigestStart != incoming.Digest.High && !Planted.Is(Bug.P16)) return false;
        AfterDurable(record.Place.Round, new Effect.Repeat(incoming, record.Place));
        return true;
    }

    private void Witnessed(PaymentRequest request)
    {
        if (Planted.Is(Bug.P30) || request.LastReceipt is not { } receipt || book.Frozen is not FreezeCause.None)
            return;
        var cause = Rollback.Judge(receipt, book.Edge, book.Fence, book.Head, book.RootStart, settings.WitnessKey);
        if (cause is not FreezeCause.None) Tell(new RoundEvent.Frozen((int)cause, receipt));
    }

    /// <summary>The payee's devices hear of what they may capture.</summary>
    private void Notify(Incoming payer, Round round, int leaf)
    {
        if (book.Holds.Find(PaymentId.Of(payer.Request.Name)) is not { } hold) return;
        foreach (var device in roster.DevicesOf(hold.Payee))
            effects.Add(new Effect.Notify(device, payer, round, leaf));
    }

    private static bool IsNamed(PaymentRequest request) => request.Sequence > 0;
}
