using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>
/// SALE, AUTH and INCREMENT: what takes money out of a lease. When a rule wants the cloud and it can be asked, the
/// request is parked, with whatever its device sends behind it, and decided when the answer is here. Going online never
/// bypasses a lease: it can only bring one.
/// </summary>
public sealed partial class EdgeMachine
{
    private readonly Dictionary<long, Incoming> parked = [];
    private readonly Dictionary<KeyId, Queue<Incoming>> behind = [];
    private long newestParked;
    private bool askable;

    /// <summary>Requests that wait for the cloud.</summary>
    public int Parked => parked.Count;

    /// <summary>Null: it waits for the cloud, or was put off.</summary>
    private Decision? DecideDraw(Incoming incoming, RosterDevice device, SequenceStep step, Asked? asked)
    {
        var request = incoming.Request;
        var grown = request.Operation is Operation.Increment ? book.Holds.Find(EdgeBook.TargetOf(request)) : null;
        if (request.Operation is Operation.Increment && Ungrowable(request, grown) is { } code)
            return Declined(request, code);

        var (account, currency) = AccountOf(request, device)!.Value;
        var purse = new Purse(account, currency);
        var payee = grown?.Payee ?? request.Payee ?? book.SitePayee;
        var standing = book.StandingOf(request, device, purse, payee, step, RoundUnix);
        var cloud = asked is { Answered: true } ? Cloud.Answered
            : asked is not null || !askable ? Cloud.Unreachable
            : Cloud.NotAsked;
        if (asked is { Refuses: true })
            return Declined(request, asked.Code, standing.EvidenceOf(request, request.AmountMinor) | Evidence.AskedOk);

        var verdict = Authorizer.Decide(request, standing, cloud);
        if (verdict.AskCloud)
        {
            Park(incoming, purse, verdict.Evidence);
            return null;
        }

        var held = request.Operation is not Operation.Sale || request.Flags.HasFlag(RequestFlags.Confirm);
        var decision = verdict.Code is DecisionCode.Approved
            ? Approved(request, verdict.AmountMinor, standing.Lease!.Id) with
            {
                Evidence = verdict.Evidence,
                HoldSeconds = grown is not null ? (uint)Math.Max(1, grown.EndsAtSeconds - book.ElapsedSeconds)
                    : held ? book.Policy!.HoldSeconds : 0,
            }
            : Declined(request, verdict.Code, verdict.Evidence);
        if (!decision.Approved) effects.Add(new Effect.Refused(incoming, decision, standing.Headroom()));
        return decision;
    }

    /// <summary>Why a hold cannot be added to, or null.</summary>
    private static DecisionCode? Ungrowable(PaymentRequest request, Hold? hold)
    {
        if (hold is null or { Kind: not Operation.Auth }) return DecisionCode.ReferenceNotFound;
        if (hold.Name.Kid != request.Kid) return DecisionCode.NotPermitted;
        if (hold.Currency != request.Currency) return DecisionCode.Currency;
        if (hold.State is not HoldState.Open) return DecisionCode.HoldClosed;
        return hold.Parts.Count < Hold.PartsMax ? null : DecisionCode.CountLimit;
    }

    private void Park(Incoming incoming, Purse purse, Evidence evidence)
    {
        if (parked.Count >= EdgeSettings.ParkedMax)
        {
            effects.Add(new Effect.Hint(incoming, DecisionCode.TempError));
            return;
        }

        parked[++newestParked] = incoming;
        behind[incoming.Request.Kid] = [];
        effects.Add(new Effect.Ask(newestParked, purse, incoming.Request.AmountMinor, evidence));
    }

    /// <summary>
    /// What a device sent after a parked request waits behind it: else its REVERSE would overtake the request that it
    /// undoes, which would then be approved.
    /// </summary>
    private bool WaitsBehindParked(Incoming incoming)
    {
        if (!behind.TryGetValue(incoming.Request.Kid, out var queue)) return false;
        if (queue.Count < EdgeSettings.BehindMax) queue.Enqueue(incoming);
        else effects.Add(new Effect.Hint(incoming, DecisionCode.TempError));
        return true;
    }

    /// <summary>
    /// Decides a parked request, and then what waited behind it, until one of them is parked in turn.
    /// </summary>
    private void Resume(long number, Asked asked)
    {
        if (!parked.Remove(number, out var incoming)) return;
        behind.Remove(incoming.Request.Kid, out var queue);
        Decide(incoming, asked);
        while (queue!.TryDequeue(out var next))
        {
            Decide(next, null);
            if (!behind.TryGetValue(incoming.Request.Kid, out var again)) continue;
            while (queue.TryDequeue(out var rest)) again.Enqueue(rest);
        }
    }
}
