using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>
/// CAPTURE, CONFIRM, VOID, REVERSE and REFUND: what finishes or undoes what a payer began. None of them takes anything
/// out of a lease. Checks come in this order: reference, permission, state, currency, amount.
/// </summary>
internal sealed partial class Decider
{
    private Decision DecideFurther(PaymentRequest request, RosterDevice device) => request.Operation switch
    {
        Operation.Capture => DecideCapture(request, device, Operation.Auth),
        Operation.Confirm => DecideCapture(request, device, Operation.Sale),
        Operation.Void => DecideVoid(request, device),
        Operation.Reverse => DecideReverse(request, device),
        Operation.Refund => DecideRefund(request, device),
        _ => throw new InvariantException($"{request.Operation} is not decided here"),
    };

    private Decision DecideCapture(PaymentRequest request, RosterDevice device, Operation kind)
    {
        if (book.Holds.Find(EdgeBook.TargetOf(request)) is not { } hold || hold.Kind != kind)
            return Declined(request, DecisionCode.ReferenceNotFound);
        if (!IsPayeeOf(device, hold.Payee)) return Declined(request, DecisionCode.NotPermitted);
        if (hold.State is not HoldState.Open) return Declined(request, DecisionCode.HoldClosed);
        if (hold.Currency != request.Currency) return Declined(request, DecisionCode.Currency);
        return request.AmountMinor > hold.AmountMinor
            ? Declined(request, DecisionCode.CaptureExceeds)
            : Approved(request, request.AmountMinor, hold.Parts[0].Lease);
    }

    /// <summary>
    /// A payee gives up what it holds; a payer what he began, unless he has vouched already for what he used of it.
    /// </summary>
    private Decision DecideVoid(PaymentRequest request, RosterDevice device)
    {
        if (book.Holds.Find(EdgeBook.TargetOf(request)) is not { } hold)
        {
            var known = book.Find(EdgeBook.TargetOf(request)) is not null;
            return Declined(request, known ? DecisionCode.HoldClosed : DecisionCode.ReferenceNotFound);
        }

        var isPayers = hold.Name.Kid == request.Kid && hold.VoucherMinor == 0;
        if (!isPayers && !IsPayeeOf(device, hold.Payee)) return Declined(request, DecisionCode.NotPermitted);
        return hold.State is HoldState.Open
            ? Approved(request, hold.AmountMinor, hold.Parts[0].Lease)
            : Declined(request, DecisionCode.HoldClosed);
    }

    /// <summary>
    /// A device that does not know how its request ended takes it back. Of an unknown or declined one nothing was taken
    /// and nothing ever will be: this sequence is past it.
    /// </summary>
    private Decision DecideReverse(PaymentRequest request, RosterDevice device)
    {
        var target = EdgeBook.TargetOf(request);
        var sequence = request.ReferenceSequence!.Value;
        if (sequence >= request.Sequence) return Declined(request, DecisionCode.ReferenceNotFound);
        if (book.Find(target) is not { } record)
        {
            return sequence <= device.SequenceFloor || book.MayHaveForgotten(request.Kid, sequence)
                ? Declined(request, DecisionCode.ReferenceNotFound)   // The cloud knows; this edge lost it.
                : Approved(request, 0, 0);
        }

        if (!record.Approved) return Approved(request, 0, 0);
        return Undoable(target) is { } undo
            ? Approved(request, undo.AmountMinor, undo.Lease)
            : Declined(request, DecisionCode.HoldClosed);
    }

    /// <summary>What of a request's effect is still there to be undone, or null.</summary>
    private (long AmountMinor, long Lease)? Undoable(PaymentId target)
    {
        if (book.Paid.Find(target) is { Lease: not 0, Reversed: false, RefundedMinor: 0 } paid)
            return book.MayReverse(paid.SinceSeconds) && book.Leases.ContainsKey(paid.Lease)
                ? (paid.CapturedMinor, paid.Lease)
                : null;

        if ((book.Holds.Find(target) ?? book.Holds.OfIncrement(target)) is not { State: HoldState.Open } hold)
            return null;
        if (hold.VoucherMinor > 0) return null;
        var part = hold.Parts.FirstOrDefault(part => PaymentId.Of(part.Name) == target);
        if (part is null || !book.MayReverse(part.SinceSeconds)) return null;
        return (hold.Id == target ? hold.AmountMinor : part.AmountMinor, part.Lease);
    }

    private Decision DecideRefund(PaymentRequest request, RosterDevice device)
    {
        if (book.Paid.Find(EdgeBook.TargetOf(request)) is not { } paid)
            return Declined(request, DecisionCode.ReferenceNotFound);
        if (!IsPayeeOf(device, paid.Payee)) return Declined(request, DecisionCode.NotPermitted);
        if (paid.Currency != request.Currency) return Declined(request, DecisionCode.Currency);
        if (paid.Reversed) return Declined(request, DecisionCode.HoldClosed);
        if (request.AmountMinor > paid.RefundableMinor) return Declined(request, DecisionCode.CaptureExceeds);
        var left = Payments.Limits.Headroom(book.Policy!.RefundDayMinor, book.RefundedTodayMinor(paid.Payee));
        return request.AmountMinor > left
            ? Declined(request, DecisionCode.CumulativeLimit)
            : Approved(request, request.AmountMinor, 0);
    }

    private static bool IsPayeeOf(RosterDevice device, uint payee) => device.Payee != 0 && device.Payee == payee;
}
