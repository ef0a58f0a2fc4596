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

        if (roster.Find(request.Kid) is not { } device)
            effects.Add(new Effect.Ignore(incoming, WireError.UnknownKid));
        else if (request.Edge != book.Edge)
            effects.Add(new Effect.Hint(incoming, DecisionCode.WrongEdge));
        else if (incoming.Algorithm != device.Key.Algorithm)
            effects.Add(new Effect.Hint(incoming, DecisionCode.Format));
        else
            effects.Add(new Effect.Verify(incoming, device.Key));
    }

    /// <summary>
    /// Nothing is stored under a name before this point, or a stranger could spoil a device's next name.
    /// </summary>
    private void Decide(Incoming incoming, bool valid)
    {
        var request = incoming.Request;
        if (!valid)
        {
            effects.Add(new Effect.Hint(incoming, DecisionCode.BadSignature));
            return;
        }

        if (IsNamed(request) && RepeatIfSame(incoming)) return;
        Witnessed(request);
        if (request.Operation is Operation.Status) AnswerStatus(incoming);
        else if (book.Frozen is not FreezeCause.None) effects.Add(new Effect.Hint(incoming, DecisionCode.EdgeFrozen));
        else if (!IsNamed(request)) effects.Add(new Effect.Ignore(incoming, WireError.LabelNotAllowed));
        else if (IsConflict(incoming)) effects.Add(new Effect.Hint(incoming, DecisionCode.ReplayConflict));
        else Name(incoming);
    }

    private void Name(Incoming incoming)
    {
        var request = incoming.Request;
        var device = roster.Find(request.Kid);
        if (device is null || book.Policy is null)
        {
            effects.Add(new Effect.Hint(incoming, DecisionCode.TempError));
            return;
        }

        var step = book.ChainOf(request.Kid).Place(request, device.Epoch);
        if (step is SequenceStep.Stale or SequenceStep.RecordTooOld)
        {
            effects.Add(new Effect.Hint(
                incoming, step is SequenceStep.Stale ? DecisionCode.SequenceStale : DecisionCode.TempError));
            return;
        }

        Tick();
        var decision = Refusal(request, device) is { } code
            ? Declined(request, code, Evidence.None, 0)
            : request.Operation is Operation.Sale ? DecideSale(request, device, step) : DecideVoid(request);
        var place = NextPlace;
        open.Add(incoming, decision, now.Unix);
        book.Apply(request, incoming.Digest, decision, place, request.Payee ?? 0);
        if (decision is { Approved: true } && request.Operation is Operation.Void) CloseIfDone(decision.Lease);
    }

    /// <summary>Permission, in this order: mask, account, currency, status, deny list. Null: go on.</summary>
    private DecisionCode? Refusal(PaymentRequest request, RosterDevice device)
    {
        var decidedHere = request.Operation is Operation.Sale or Operation.Void;
        if (!decidedHere || (device.OperationMask & (1 << (int)request.Operation)) == 0)
            return DecisionCode.NotPermitted;
        if (request.Payee is { } payee && !roster.Lists(payee)) return DecisionCode.NotPermitted;
        if (AccountOf(request, device) is not { } account) return DecisionCode.UnknownAccount;
        if (request.Operation is Operation.Sale
            && (request.Currency != account.Currency || request.Currency != book.Policy!.Currency))
            return DecisionCode.Currency;
        if (device.Status != RosterDevice.Active) return DecisionCode.DeviceRevoked;
        return book.IsDenied(request.Kid) ? DecisionCode.DenyListed : null;
    }

    private Decision DecideSale(PaymentRequest request, RosterDevice device, SequenceStep step)
    {
        var (account, currency) = AccountOf(request, device)!.Value;
        var lease = book.ActiveLease(new(account, currency)) ?? book.ActiveLease(new(null, currency));
        var standing = book.StandingOf(request, lease, step, request.Payee ?? 0, now.Unix);
        var verdict = Authorizer.Decide(request, standing, Cloud.Unreachable);
        if (verdict.Code is not DecisionCode.Approved)
            return Declined(request, verdict.Code, verdict.Evidence, 0);

        var hold = request.Flags.HasFlag(RequestFlags.Confirm) ? book.Policy!.HoldSeconds : 0;
        return new(
            request.Epoch, request.Sequence, DecisionCode.Approved, request.AmountMinor, verdict.Evidence, lease!.Id,
            hold,
            book.Policy!.Version);
    }

    /// <summary>Gives an own, unconfirmed sale back to the lease that it came from, and nowhere else.</summary>
    private Decision DecideVoid(PaymentRequest request)
    {
        var target = EdgeBook.TargetOf(request);
        if (book.Find(target) is null) return Declined(request, DecisionCode.ReferenceNotFound, Evidence.None, 0);
        if (book.FindHold(target) is not { } hold) return Declined(request, DecisionCode.HoldClosed, Evidence.None, 0);
        if (hold.Name.Kid != request.Kid) return Declined(request, DecisionCode.NotPermitted, Evidence.None, 0);
        if (hold.State is not HoldState.Open) return Declined(request, DecisionCode.HoldClosed, Evidence.None, 0);
        return new(
            request.Epoch, request.Sequence, DecisionCode.Approved, hold.AmountMinor, Evidence.None, hold.Lease, 0,
            book.Policy!.Version);
    }

    /// <summary>STATUS claims no name: it gets the stored reply of the request that it asks about.</summary>
    private void AnswerStatus(Incoming incoming)
    {
        var target = EdgeBook.TargetOf(incoming.Request);
        var own = incoming.Request.ReferenceSequence is not null;
        if (own && book.Find(target) is { } record) Repeat(incoming, record.Place);
        else effects.Add(new Effect.Hint(incoming, DecisionCode.ReferenceNotFound));
    }

    /// <summary>A known name with the same content gets its stored reply. Returns whether it was one.</summary>
    private bool RepeatIfSame(Incoming incoming)
    {
        if (book.Find(PaymentId.Of(incoming.Request.Name)) is not { } record) return false;
        if (record.DigestStart != incoming.Digest.High) return false;
        Repeat(incoming, record.Place);
        return true;
    }

    private void Repeat(Incoming incoming, Place place)
    {
        if (place.Round <= Durable) effects.Add(new Effect.Repeat(incoming, place));
        else waitingRepeats.Add((incoming, place));
    }

    /// <summary>
    /// A known name with other, validly signed content: proof of two devices with one key. The pair is kept once.
    /// </summary>
    private bool IsConflict(Incoming incoming)
    {
        if (book.Find(PaymentId.Of(incoming.Request.Name)) is not { } record) return false;
        if (book.IsDenied(incoming.Request.Kid)) return true;   // Already known; counted by the hint.
        book.MarkConflicted(incoming.Request.Kid);
        if (MessageAt(record.Place) is { } first) RecordConflict(incoming, first);
        else effects.Add(new Effect.ReadConflict(incoming, record.Place));
        return true;
    }

    private void RecordConflict(Incoming second, byte[] first)
    {
        Tick();
        Tell(new RoundEvent.Conflict(first, second.Message));
    }

    /// <summary>The message of a leaf that is not on disk yet; null when it is.</summary>
    private byte[]? MessageAt(Place place)
    {
        if (place.Round == book.Head + 1) return open.MessageOf(place.Leaf);
        var round = unsynced.FirstOrDefault(round => round.Header.Number == place.Round);
        return (round?.Leaves[place.Leaf] as Leaf.Decided)?.Request;
    }

    private void Witnessed(PaymentRequest request)
    {
        if (request.LastReceipt is not { } receipt || book.Frozen is not FreezeCause.None) return;
        var cause = Rollback.Judge(receipt, book.Edge, book.Fence, book.Head, book.RootStart, settings.WitnessKey);
        if (cause is not FreezeCause.None) Tell(new RoundEvent.Frozen((int)cause, receipt));
    }

    private Decision Declined(PaymentRequest request, DecisionCode code, Evidence evidence, long lease) =>
        new(request.Epoch, request.Sequence, code, 0, evidence, lease, 0, book.Policy!.Version);

    private static (AccountId Account, int Currency)? AccountOf(PaymentRequest request, RosterDevice device)
    {
        if (device.Accounts.Count == 0) return null;
        if (request.Account is not { } wanted) return device.Accounts[0];
        foreach (var account in device.Accounts)
            if (account.Account == wanted) return account;
        return null;
    }

    private static bool IsNamed(PaymentRequest request) => request.Sequence > 0;
}
