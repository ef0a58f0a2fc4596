using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>What comes back: only a checked final reply ends a request; only a checked notice is money held.</summary>
internal sealed partial class DeviceMachine
{
    private void TakeReply(byte[] message, TimeSpan now)
    {
        if (ReplyCodec.TryParse(message, out var reply) is not WireError.None) Ignore(ReplyProblem.Malformed);
        else if (reply is Reply.Notice notice) TakeNotice(notice);
        else if (reply is Reply.Hint hint) TakeHint(hint, now);
        else if (State.Open is not { } open) Ignore(ReplyProblem.NothingOpen);
        else TakeFinal((Reply.Final)reply!, message, open);
    }

    private void Ignore(ReplyProblem problem) => effects.Add(new DeviceEffect.Ignored(problem));

    private void TakeFinal(Reply.Final reply, byte[] message, OpenRequest open)
    {
        var name = new RequestName(Kid, State.Epoch, open.Sequence);
        var problem = check.Of(reply, open, name);
        if (problem is not ReplyProblem.None)
        {
            Ignore(problem);
            return;
        }

        var decision = reply.Decision;
        var header = reply.Header;
        var holds = open.Operation is Operation.Auth
            || (open.Operation is Operation.Sale && open.Flags.HasFlag(RequestFlags.Confirm));
        // The receipt first: a cut between the two leaves the request open, and its repeat brings the same reply again.
        effects.Add(new DeviceEffect.Keep(new(
            name, open.Operation, holds, open.AmountMinor, decision.Code, decision.AmountMinor, decision.Lease,
            header.Edge, header.Fence, header.Number, open.Message, message)));
        openDue = null;
        Remember(State with
        {
            Open = null,
            Receipt = new(header.Edge, header.Fence, header.Number, reply.Witness),
            Held = holds && decision.Approved
                ? new(open.Sequence, open.Operation is Operation.Auth, decision.AmountMinor)
                : HeldAfter(open, decision),
            Noted = NotedAfter(open, decision),
        });
        if (decision.Approved && open.Operation is Operation.Sale && !holds)
            effects.Add(new DeviceEffect.Dispense(name, decision.AmountMinor));
        if (decision.Approved && open.Operation is Operation.Reverse)
            effects.Add(new DeviceEffect.Undone(open.Reference, decision.AmountMinor));
        effects.Add(new DeviceEffect.Finished(name, open.Operation, decision.Code, decision.AmountMinor));
    }

    /// <summary>What is still held after a request that referred to it.</summary>
    private HeldPayment? HeldAfter(OpenRequest open, Decision decision)
    {
        if (State.Held is not { } held || open.Reference != held.Sequence) return State.Held;
        if (decision.Code is DecisionCode.HoldClosed or DecisionCode.ReferenceNotFound) return null;
        if (!decision.Approved) return held;
        return open.Operation is Operation.Increment
            ? held with { AmountMinor = held.AmountMinor + decision.AmountMinor }
            : null;
    }

    private IReadOnlyList<NotedHold> NotedAfter(OpenRequest open, Decision decision) =>
        open.Operation is not Operation.Refund && decision.Code is DecisionCode.Approved or DecisionCode.HoldClosed
            && open.Payment is { } finished
            ? [.. State.Noted.Where(hold => hold.Payment != finished)]
            : State.Noted;

    /// <summary>
    /// Checked as a final reply is, with the digest that came with it. The name in it gives the payment id.
    /// </summary>
    private void TakeNotice(Reply.Notice notice)
    {
        var problem = rules.TakesNotices ? check.Of(notice) : ReplyProblem.ForAnother;
        if (problem is not ReplyProblem.None)
        {
            Ignore(problem);
            return;
        }

        var decision = notice.Decision;
        var payment = PaymentId.Of(new(notice.Kid, decision.Epoch, decision.Sequence));
        if (State.Noted.All(hold => hold.Payment != payment))
        {
            // The oldest makes room: STATUS brings its notice again.
            var kept = State.Noted.Skip(State.Noted.Count - DeviceState.NotedMax + 1);
            Remember(State with { Noted = [.. kept, new(payment, decision.AmountMinor)] });
        }

        effects.Add(new DeviceEffect.Noticed(payment, decision.AmountMinor, decision.HoldSeconds));
    }

    /// <summary>A hint never says that nothing was taken: it only says what to send next.</summary>
    private void TakeHint(Reply.Hint hint, TimeSpan now)
    {
        var own = hint.Epoch == State.Epoch;
        if (own && State.Open is { } open && hint.Sequence == open.Sequence) TakeHint(hint, open, now);
        else if (own && State.Held is { Tick: > 0 } held && hint.Sequence == held.Sequence)
            TakeVoucherHint(hint, held, now);
        else if (own && hint.Sequence == 0 && rules.TakesNotices) effects.Add(new DeviceEffect.Hinted(hint.Code));
        else Ignore(State.Open is null ? ReplyProblem.NothingOpen : ReplyProblem.WrongName);
    }

    private void TakeHint(Reply.Hint hint, OpenRequest open, TimeSpan now)
    {
        effects.Add(new DeviceEffect.Hinted(hint.Code));
        switch (hint.Code)
        {
            case DecisionCode.EdgeFrozen: WaitAfterHint(hint, now); break;
            case DecisionCode.TempError or DecisionCode.Cutoff: TakeOverload(hint, open, now); break;
            case DecisionCode.ReplayConflict: Remember(State with { Stopped = true }); break;
            case DecisionCode.SequenceStale when !askedStatus: AskWhatBecame(open, now); break;
            case DecisionCode.ReferenceNotFound when !askedStatus: Ignore(ReplyProblem.Malformed); break;
            case DecisionCode.SequenceStale or DecisionCode.ReferenceNotFound: GiveUp(open, now); break;
            // A REVERSE is never given up; the right edge is in the next configuration.
            case DecisionCode.WrongEdge: WaitAfterHint(hint, now); break;
            case DecisionCode.BadSignature or DecisionCode.Format when open.Operation is Operation.Reverse:
                WaitAfterHint(hint, now);
                break;
            case DecisionCode.BadSignature or DecisionCode.Format: GiveUp(open, now); break;
            default: Ignore(ReplyProblem.Malformed); break;
        }
    }

    private void TakeOverload(Reply.Hint hint, OpenRequest open, TimeSpan now)
    {
        if (hints >= rules.HintsMax && rules.MayReverse && open.Draws) GiveUp(open, now);
        else WaitAfterHint(hint, now);
    }

    private void WaitAfterHint(Reply.Hint hint, TimeSpan now) => WakeIn(LaterBy(hint, hints++), now);

    /// <summary>Somewhere in a time that doubles, so that a crowd of devices does not come back at once.</summary>
    private TimeSpan LaterBy(Reply.Hint hint, int before)
    {
        var first = hint.RetryMs > 0 ? hint.RetryMs : rules.ResendAfter.TotalMilliseconds;
        var longest = Math.Min(rules.WaitMax.TotalMilliseconds, first * Math.Pow(2, Math.Min(before, 20)));
        return TimeSpan.FromMilliseconds(jitter.NextDouble() * longest);
    }

    private void AskWhatBecame(OpenRequest open, TimeSpan now)
    {
        askedStatus = true;
        AskStatus(open.Sequence, null);
        WakeIn(rules.ResendAfter, now);
    }
}
