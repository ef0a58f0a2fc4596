using System.Text;
using MqttPay.EdgeAgent.Http;

namespace MqttPay.EdgeAgent.Verbs;

/// <summary>The status as people read it: a few lines that answer "is it well, and how long will it be".</summary>
internal static class StatusText
{
    public static string Of(AgentStatus status)
    {
        var text = new StringBuilder();
        text.AppendLine($"gateway   edge {status.Edge}   {LinkOf(status)}     {SafeOf(status.SafeUntil)}");
        if (status.Frozen is { } cause)
            text.AppendLine($"! FROZEN ({cause}): nothing is approved until the cause is gone");
        if (status.Leases.Count == 0) text.AppendLine("leases    none");
        foreach (var sum in status.Leases) text.AppendLine(LeaseLine(sum));
        text.Append(status.Exposure.Count > 0 ? Of(status.Exposure) : "");
        text.AppendLine(OutboxLine(status.Outbox));
        text.AppendLine(
            $"decided   {Figures.Count(status.Approved)} approved   {DeclinedOf(status)}   "
            + $"{Figures.Count(status.Repeats)} repeated");
        text.AppendLine(
            $"disk      {Figures.Bytes(status.DiskFreeBytes)} free   journal {Figures.Bytes(status.JournalBytes)}   "
            + $"cache {status.CacheState}, lag {Figures.Count(status.CacheLag)}   "
            + $"clock {(status.ClockBounded ? "bounded" : "NOT BOUNDED")}");
        if (status.DiskFull)
            text.AppendLine("! MP5040 the disk is full: new payments are put off, repeats are answered");
        if (status.LostRounds is { } lost) text.AppendLine($"! MP5037 {lost}");
        if (status.JournalRefusal is { } refusal) text.AppendLine($"! the journal takes nothing more: {refusal}");
        if (status.Outbox.Quarantine is { } reason)
            text.AppendLine($"! MP5302 the oldest batch does not move: {reason}");
        return text.ToString();
    }

    public static string Of(OutboxReport outbox)
    {
        var text = new StringBuilder(OutboxLine(outbox) + "\n");
        foreach (var batch in outbox.Waiting)
            text.AppendLine(
                $"          rounds {Figures.Count(batch.FirstRound)} to {Figures.Count(batch.LastRound)}   "
                + $"{Figures.Count(batch.Records)} records, sealed");
        if (outbox.Quarantine is { } reason) text.AppendLine($"! MP5302 the oldest batch does not move: {reason}");
        return text.ToString();
    }

    public static string Of(IReadOnlyList<LeaseReport> leases)
    {
        var text = new StringBuilder();
        text.AppendLine($"{"lease",-10} {"account",-16} {"",3} {"limit",12} {"spent",12} {"left",12}  state");
        foreach (var lease in leases)
            text.AppendLine(
                $"{lease.Lease,-10} {lease.Account ?? "float",-16} {Figures.Currency(lease.Currency),3} "
                + $"{Figures.Money(lease.LimitMinor, lease.Currency),12} "
                + $"{Figures.Money(lease.SpentMinor, lease.Currency),12} "
                + $"{Figures.Money(lease.RemainingMinor, lease.Currency),12}  {lease.State}"
                + (lease.SecondsLeft > 0 ? $", {Figures.Age(lease.SecondsLeft)} to spend" : "")
                + (lease.OpenHolds > 0 ? $", {lease.OpenHolds} holds" : ""));
        return text.ToString();
    }

    public static string Of(IReadOnlyList<ExposureReport> exposure)
    {
        var text = new StringBuilder();
        if (exposure.Count == 0) text.AppendLine("exposure  none: no lease, no hold, no policy");
        foreach (var sum in exposure)
            text.AppendLine(
                $"exposure  {Figures.Currency(sum.Currency)} {Figures.Money(sum.WorstMinor, sum.Currency)}   = leases "
                + $"{Figures.Money(sum.RemainingMinor, sum.Currency)} + holds "
                + $"{Figures.Money(sum.HeldMinor, sum.Currency)} + not acknowledged "
                + $"{Figures.Money(sum.UnacknowledgedMinor, sum.Currency)}   float "
                + $"{Figures.Money(sum.FloatRemainingMinor, sum.Currency)}");
        return text.ToString();
    }

    public static string Of(IReadOnlyList<RefusalReport> refusals)
    {
        var text = new StringBuilder();
        if (refusals.Count == 0) text.AppendLine("no limit has declined anything since the start");
        foreach (var refusal in refusals)
            text.AppendLine(
                $"{DateTimeOffset.FromUnixTimeSeconds(refusal.Unix):HH:mm:ss} {refusal.PaymentId} {refusal.Code} "
                + $"{Figures.Money(refusal.AmountMinor, refusal.Currency)} {Figures.Currency(refusal.Currency)}   "
                + $"left: floor {Figures.Money(refusal.FloorMinor, refusal.Currency)}, counts {refusal.SoftCount}/"
                + $"{refusal.HardCount}, sums {Figures.Money(refusal.SoftCumulativeMinor, refusal.Currency)}/"
                + $"{Figures.Money(refusal.HardCumulativeMinor, refusal.Currency)}, day "
                + $"{Figures.Money(refusal.AccountDayMinor, refusal.Currency)}, payee "
                + $"{Figures.Money(refusal.PayeeMinor, refusal.Currency)}, edge "
                + $"{Figures.Money(refusal.EdgeMinor, refusal.Currency)}, lease "
                + $"{Figures.Money(refusal.LeaseMinor, refusal.Currency)}, factor {refusal.FactorBasisPoints}");
        return text.ToString();
    }

    public static string Of(PaymentReport payment) =>
        $"""
        payment   {payment.PaymentId}   {payment.Operation}   {payment.Code.ToUpperInvariant()}
        device    {payment.Kid}   epoch {payment.Epoch}   sequence {payment.Sequence}
        amount    {AmountOf(payment)}   lease {payment.Lease}
        evidence  {payment.Evidence}   policy {payment.Policy}
        proof     edge {payment.Edge}   round {Figures.Count(payment.Round)}   leaf {payment.Leaf}   {ProofOf(payment)}
        cloud     {(payment.Acknowledged ? "acknowledged" : "waits in the outbox")}

        """;

    private static string AmountOf(PaymentReport payment) =>
        $"asked {Figures.Money(payment.AskedMinor, payment.Currency)}   "
        + $"approved {Figures.Money(payment.AmountMinor, payment.Currency)} {Figures.Currency(payment.Currency)}";

    private static string ProofOf(PaymentReport payment) => payment.Reply is null ? "no longer held here" : "held here";

    private static string LinkOf(AgentStatus status) => (status.Online, status.ContactSecondsAgo) switch
    {
        (true, _) => "online",
        (false, null) => "OFFLINE, never in contact",
        (false, { } seconds) => $"OFFLINE {Figures.Age(seconds)}",
    };

    private static string SafeOf(SafeUntil? safe) =>
        safe is null ? "nothing to spend" : $"safe for {Figures.Age(safe.Seconds)} ({safe.Cause})";

    private static string LeaseLine(LeaseSum sum) =>
        $"leases    {Figures.Count(sum.Active)} active   {Figures.Currency(sum.Currency)} "
        + $"{Figures.Bar(sum.RemainingMinor, sum.LimitMinor)}  "
        + $"{Figures.Money(sum.RemainingMinor, sum.Currency)} / {Figures.Money(sum.LimitMinor, sum.Currency)}  "
        + $"{Figures.Percent(sum.RemainingMinor, sum.LimitMinor)}    "
        + $"float {Figures.Money(sum.FloatRemainingMinor, sum.Currency)} / "
        + Figures.Money(sum.FloatLimitMinor, sum.Currency);

    private static string OutboxLine(OutboxReport outbox) =>
        $"outbox    {Figures.Count(outbox.Records)} records   {Figures.Bytes(outbox.Bytes)}"
        + (outbox.OldestSeconds is { } age ? $"   oldest {Figures.Age(age)}" : "")
        + $"   quarantine {(outbox.Quarantine is null ? 0 : 1)}   "
        + $"watermark round {Figures.Count(outbox.Watermark)} of {Figures.Count(outbox.Round)}";

    private static string DeclinedOf(AgentStatus status) =>
        $"{Figures.Count(status.Declined.Values.Sum())} declined"
        + (status.Declined.Count == 0 ? "" : $" ({ListOf(status.Declined)})");

    private static string ListOf(IReadOnlyDictionary<string, long> counts) =>
        string.Join(", ", counts.Select(count => $"{count.Key} {count.Value}"));
}
