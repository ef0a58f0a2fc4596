using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>
/// SALE, AUTH and INCREMENT: what takes money out of a lease. Going online never bypasses one: it can only bring one.
/// </summary>
internal sealed partial class Decider
{
    private Judgement DecideDraw(
        PaymentRequest request, RosterDevice device, SequenceStep step, Asked? asked, bool askable, uint unix)
    {
        var grown = request.Operation is Operation.Increment ? book.Holds.Find(EdgeBook.TargetOf(request)) : null;
        if (request.Operation is Operation.Increment && Ungrowable(request, grown) is { } code)
            return new(Declined(request, code));

        var (account, currency) = AccountOf(request, device)!.Value;
        var purse = new Purse(account, currency);
        var payee = grown?.Payee ?? request.Payee ?? book.SitePayee;
        var standing = book.StandingOf(request, device, purse, payee, step, unix);
        if (asked is { Refuses: true } || asked is { NoFunds: true } && standing.Lease is null or { IsFloat: true })
        {
            var evidence = standing.EvidenceOf(request, request.AmountMinor) | Evidence.AskedOk;
            return new(Declined(request, asked.Code, evidence), Headroom: standing.Headroom());
        }

        var cloud = asked is { Answered: true } ? Cloud.Answered
            : asked is not null || !askable ? Cloud.Unreachable
            : Cloud.NotAsked;
        var verdict = Authorizer.Decide(request, standing, cloud);
        if (verdict.AskCloud) return new(null, verdict.Evidence, purse);
        if (verdict.Code is not DecisionCode.Approved)
            return new(Declined(request, verdict.Code, verdict.Evidence), Headroom: standing.Headroom());
        return new(Approved(request, verdict.AmountMinor, standing.Lease!.Id) with
        {
            Evidence = verdict.Evidence,
            HoldSeconds = HoldSeconds(request, grown),
        });
    }

    private uint HoldSeconds(PaymentRequest request, Hold? grown)
    {
        if (grown is not null) return (uint)Math.Max(1, grown.EndsAtSeconds - book.ElapsedSeconds);
        var held = request.Operation is Operation.Auth || request.Flags.HasFlag(RequestFlags.Confirm);
        return held ? book.Policy!.HoldSeconds : 0;
    }

    /// <summary>Why a hold cannot be added to, or null.</summary>
    private static DecisionCode? Ungrowable(PaymentRequest request, Hold? hold)
    {
        if (hold is null or { Kind: not Operation.Auth }) return DecisionCode.ReferenceNotFound;
        if (hold.State is not HoldState.Open) return DecisionCode.HoldClosed;
        if (hold.Currency != request.Currency) return DecisionCode.Currency;
        return hold.Parts.Count < Hold.PartsMax ? null : DecisionCode.CountLimit;
    }
}
