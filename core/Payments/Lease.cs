namespace MqttPay.Payments;

/// <summary>
/// Funds that the cloud moved out of a payer's balance (or the operator's, for the float) for one edge, before that
/// edge may spend them. It never grows: a top-up is another lease. Time may stop it and never frees its money (Rule T).
/// </summary>
/// <param name="Account">Whose money; null means the operator's float.</param>
/// <param name="SinceSeconds">The edge's elapsed time when it sent the ask: spending time counts from here.</param>
/// <param name="SpendSeconds">How long it may be spent.</param>
public sealed record Lease(
    long Id, AccountId? Account, int Currency, long LimitMinor, long SinceSeconds, uint SpendSeconds)
{
    /// <summary>Clock drift that is allowed for, in parts per million.</summary>
    public const int DriftPpm = 200;

    /// <summary>Stops this much earlier: 5 s as guard, 10 s because journalled time moves in steps of 10 s.</summary>
    public const int GuardSeconds = 15;

    public long SpentMinor { get; private init; }

    public LeaseState State { get; init; } = LeaseState.Active;

    /// <summary>Holds that draw on it and are still open: it closes only without them.</summary>
    public int OpenHolds { get; private init; }

    public long RemainingMinor => LimitMinor - SpentMinor;

    public bool IsFloat => Account is null;

    public Lease Spend(long amountMinor)
    {
        Invariant.Holds(State is LeaseState.Active);
        return Draw(amountMinor);
    }

    /// <summary>Spends, and counts a hold that may give back.</summary>
    public Lease SpendHeld(long amountMinor) => Spend(amountMinor) with { OpenHolds = OpenHolds + 1 };

    /// <summary>Ends a hold; what was not captured is spendable again here, and nowhere else.</summary>
    public Lease EndHold(long givenBackMinor)
    {
        Invariant.Holds(OpenHolds > 0 && givenBackMinor >= 0 && givenBackMinor <= SpentMinor);
        return this with { SpentMinor = SpentMinor - givenBackMinor, OpenHolds = OpenHolds - 1 };
    }

    /// <summary>Takes back what was spent without a hold: a payment that its device undid.</summary>
    public Lease GiveBack(long amountMinor)
    {
        Invariant.Holds(amountMinor >= 0 && amountMinor <= SpentMinor && State is not LeaseState.Closed);
        return this with { SpentMinor = SpentMinor - amountMinor };
    }

    public bool TimeIsUp(long elapsedSeconds)
    {
        var age = Math.Max(0, elapsedSeconds - SinceSeconds);
        if (Planted.Is(Bug.P26)) return age >= SpendSeconds;
        return age + (age * DriftPpm / 1_000_000) + GuardSeconds >= SpendSeconds;
    }

    /// <summary>Replays a lease whose figures are known, from a snapshot.</summary>
    public Lease At(long spentMinor, int openHolds, LeaseState state)
    {
        Invariant.Holds(spentMinor >= 0 && spentMinor <= LimitMinor && openHolds >= 0);
        return this with { SpentMinor = spentMinor, OpenHolds = openHolds, State = state };
    }

    private Lease Draw(long amountMinor)
    {
        Invariant.Holds(amountMinor >= 0 && amountMinor <= RemainingMinor);
        return this with { SpentMinor = SpentMinor + amountMinor };
    }
}
