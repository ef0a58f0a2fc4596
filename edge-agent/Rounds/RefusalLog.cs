using MqttPay.Payments;
using MqttPay.Rounds;

namespace MqttPay.EdgeAgent.Rounds;

/// <summary>
/// What limits declined: the newest in memory, all in counters, some in the log, since a flood of declines must not
/// become one of lines.
/// </summary>
internal sealed partial class RefusalLog(EdgeCounters counters, TimeProvider clock, ILogger<RefusalLog> logger)
{
    public const int Kept = 100;
    public const int LinesPerMinute = 30;

    private readonly Lock gate = new();   // The loop adds while operators read.
    private readonly Queue<Refusal> newest = [];
    private long minuteAt;
    private int lines = -1;
    private long silent;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Refusal> Newest
    {
        get
        {
            lock (gate) return [.. newest.Reverse()];
        }
    }

    public void Add(Incoming incoming, Decision decision, Headroom headroom)
    {
        var request = incoming.Request;
        var refusal = new Refusal(
            (uint)clock.GetUtcNow().ToUnixTimeSeconds(), PaymentId.Of(request.Name), request.Kid, request.Operation,
            decision.Code, request.AmountMinor, request.Currency, decision.Evidence, headroom);
        counters.Declined(decision.Code);
        lock (gate)
        {
            newest.Enqueue(refusal);
            if (newest.Count > Kept) newest.Dequeue();
        }

        if (MayWrite()) Write(refusal);
    }

    private bool MayWrite()
    {
        if (lines < 0 || clock.GetElapsedTime(minuteAt) >= TimeSpan.FromMinutes(1))
        {
            (minuteAt, lines) = (clock.GetTimestamp(), 0);
            if (silent > 0) LogSilent(logger, silent);
            silent = 0;
        }

        if (++lines <= LinesPerMinute) return true;
        silent++;
        return false;
    }

    private void Write(Refusal refusal)
    {
        var left = refusal.Headroom;
        LogDeclined(
            logger, refusal.Payment, refusal.Kid, refusal.Code, refusal.AmountMinor, refusal.Currency,
            refusal.Evidence, left.FloorMinor, left.SoftCount, left.HardCount, left.SoftCumulativeMinor,
            left.HardCumulativeMinor, left.AccountDayMinor, left.PayeeMinor, left.EdgeMinor, left.LeaseMinor,
            left.FactorBasisPoints);
    }

    [LoggerMessage(
        5041, LogLevel.Information,
        "declined {Payment} of {Kid}: {Code}, {AmountMinor} of currency {Currency}, evidence {Evidence}; left: floor "
        + "{FloorMinor}, counts {SoftCount}/{HardCount}, sums {SoftCumulativeMinor}/{HardCumulativeMinor}, day "
        + "{AccountDayMinor}, payee {PayeeMinor}, edge {EdgeMinor}, lease {LeaseMinor}, factor {FactorBasisPoints}")]
    private static partial void LogDeclined(
        ILogger logger, PaymentId payment, KeyId kid, DecisionCode code, long amountMinor, int currency,
        Evidence evidence, long floorMinor, long softCount, long hardCount, long softCumulativeMinor,
        long hardCumulativeMinor, long accountDayMinor, long payeeMinor, long edgeMinor, long leaseMinor,
        int factorBasisPoints);

    [LoggerMessage(5042, LogLevel.Information, "{Count} more declines by limits were counted and not written")]
    private static partial void LogSilent(ILogger logger, long count);
}
