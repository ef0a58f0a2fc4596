namespace MqttPay.Payments;

/// <summary>Decides one permitted request. Pure: the same record and policy give the same answer for ever.</summary>
public static class Authorizer
{
    public static Verdict Decide(PaymentRequest request, Standing standing, Cloud cloud)
    {
        var whole = Decide(request, request.AmountMinor, standing, cloud);
        if (whole.AskCloud || !whole.Evidence.HasFlag(Evidence.LeaseShort)) return whole;
        if (!request.Flags.HasFlag(RequestFlags.PartialOk) || standing.SpendableMinor <= 0) return whole;

        // The cloud was asked for the whole; now the part that the lease has is decided as if it had been asked for.
        var part = Decide(request, standing.SpendableMinor, standing, cloud);
        return part.Code is DecisionCode.Approved ? part : whole;
    }

    private static Verdict Decide(PaymentRequest request, long amountMinor, Standing standing, Cloud cloud)
    {
        var evidence = standing.EvidenceOf(request, amountMinor);              // Gather every fact first,
        var masks = standing.Policy.Masks.With(standing.Tier.Masks);           // then look at the masks once.

        if (cloud is Cloud.Answered) evidence |= Evidence.AskedOk;
        if ((evidence & masks.Deny) != 0) return Decline(evidence & masks.Deny, evidence, standing);

        // Whatever a policy says, a lease that is too short goes online and is declined by default.
        var online = masks.Online | Evidence.LeaseShort;
        var byDefault = masks.Default | Evidence.LeaseShort;
        if ((evidence & online) != 0)
        {
            if (Planted.Is(Bug.P44) && (evidence & byDefault) != 0) return Decline(evidence, evidence, standing);
            if (cloud is Cloud.NotAsked) return new(DecisionCode.GoOnline, evidence, 0, AskCloud: true);
            if (cloud is Cloud.Unreachable) evidence |= Evidence.AskedFailed;
            if (cloud is Cloud.Unreachable && (evidence & byDefault) != 0)
                return Decline(evidence & byDefault, evidence, standing);
        }

        // An approval comes out of a lease, or not at all.
        if (evidence.HasFlag(Evidence.LeaseShort)) return Decline(Evidence.LeaseShort, evidence, standing);

        return new(DecisionCode.Approved, evidence, amountMinor);
    }

    private static Verdict Decline(Evidence matched, Evidence evidence, Standing standing) =>
        new(CodeOf(matched, standing), evidence);

    /// <summary>The code of a decline: the first match in this order.</summary>
    private static DecisionCode CodeOf(Evidence matched, Standing standing)
    {
        bool Has(Evidence bits) => (matched & bits) != 0;
        if (Has(Evidence.PreviousMismatch | Evidence.ScoreHigh)) return DecisionCode.Risk;
        if (Has(Evidence.LeaseShort)) return ShortCode(standing);
        if (Has(Evidence.SiteCap | Evidence.HardCumulative)) return DecisionCode.CumulativeLimit;
        if (Has(Evidence.HardCount)) return DecisionCode.CountLimit;
        if (Has(Evidence.OverFloor)) return DecisionCode.OverFloor;
        if (Has(Evidence.SoftCumulative)) return DecisionCode.CumulativeLimit;
        if (Has(Evidence.SoftCount)) return DecisionCode.CountLimit;
        if (Has(Evidence.LeaseStale | Evidence.DenyStale | Evidence.EdgeRestartedOffline))
            return DecisionCode.LeaseStale;
        return DecisionCode.GoOnline;
    }

    private static DecisionCode ShortCode(Standing standing)
    {
        if (standing.LeaseTimeIsUp || standing.TimeStoppedLease) return DecisionCode.LeaseStale;
        return standing.Lease is null or { IsFloat: true } ? DecisionCode.FloatExhausted : DecisionCode.Insufficient;
    }
}
