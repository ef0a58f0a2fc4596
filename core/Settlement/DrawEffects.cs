using MqttPay.Payments;

namespace MqttPay.Settlement;

/// <summary>SALE, AUTH and INCREMENT: money leaves a lease, or is held on it.</summary>
internal static class DrawEffects
{
    public static void Apply(BatchRun run, Approval record)
    {
        var (request, decision) = (record.Request, record.Decision);
        var lease = LeaseOf(run, record);
        var currency = lease?.Currency ?? request.Currency;
        FindMismatches(run, record, lease);
        var auth = AuthOf(run, record, currency);
        var hasPayee = run.Books.Payees.TryGetValue((request.Payee ?? run.Books.SitePayee, currency), out var payee);
        if (!hasPayee) record.Find(Category.StatusMismatch, "This site may not pay this payee.");

        // Never more than the device signed; what the edge took beyond that is set aside.
        var posted = Math.Min(decision.AmountMinor, request.AmountMinor);
        var rest = decision.AmountMinor - posted;
        if (rest > 0 || (posted < request.AmountMinor && !request.Flags.HasFlag(RequestFlags.PartialOk)))
            record.Find(Category.AmountMismatch, "Approved another amount than the device signed.");

        var source = SourceOf(run, record, lease, currency);
        var missing = run.Leases.Cover(source, decision.AmountMinor);
        if (missing > 0) record.Find(Category.OverLease, "Approved more than the lease held.");

        var book = run.Book(currency);
        var target = record.Findings.Suspends ? book.Suspense : payee;
        var payer = lease is { FromFloat: false } ? lease.Payer : record.Device.Payer;
        var row = record.Row(payer, source, target, 0, null, auth == record.Name ? null : auth);
        if (Holds(request)) Hold(run, record, row, auth, currency, posted);
        else Pay(run, record, row, currency, posted);
        if (run.Books.Branch && !Holds(request) && !record.Findings.Suspends)
        {
            // The device's signature is the payer's: whoever lost the history only lost the money's way.
            var owed = source == book.EdgeLoss ? posted : Math.Min(missing, posted);
            if (lease is not { FromFloat: true }) run.OweLoss(record, payer, book.EdgeLoss, owed);
        }

        Set(run, record, source, book.Suspense, rest);
    }

    /// <summary>Takes what the edge took, but for nobody yet.</summary>
    public static void Suspend(BatchRun run, Approval record)
    {
        var lease = LeaseOf(run, record);
        var book = run.Book(lease?.Currency ?? record.Request.Currency);
        var source = lease?.Lease ?? book.EdgeLoss;
        run.Leases.Cover(source, record.Decision.AmountMinor);
        Set(run, record, source, book.Suspense, record.Decision.AmountMinor);
    }

    /// <summary>
    /// The lease that the decision names, unless it is another edge's or another payer's: theirs is not touched.
    /// </summary>
    public static LeaseStanding? LeaseOf(BatchRun run, Approval record)
    {
        var lease = run.Leases.Find(record.Decision.Lease);
        if (record.Device.Payer == 0) return null;   // A payee's device has no account to pay from.
        if (lease is not null && !run.Leases.IsAlive(lease)) return null;
        return lease is { FromFloat: true } || lease?.Payer == record.Device.Payer ? lease : null;
    }

    /// <summary>Moves covered money aside.</summary>
    public static void Set(BatchRun run, Approval record, long source, long suspense, long amountMinor)
    {
        if (amountMinor <= 0) return;
        run.Leases.Move(source, -amountMinor);
        run.Transfers.Add(new(
            TransferKind.Suspend, run.Books.BatchNo, record.Item.Position, source, suspense, amountMinor));
    }

    private static bool Holds(PaymentRequest request) =>
        request.Operation is not Operation.Sale || request.Flags.HasFlag(RequestFlags.Confirm);

    private static void FindMismatches(BatchRun run, Approval record, LeaseStanding? lease)
    {
        var (request, device) = (record.Request, record.Device);
        if (lease is null) record.Find(Category.OverLease, "The cloud granted this payer no such lease here.");
        else if (request.Currency != lease.Currency || (lease.FromFloat && device.Currency != lease.Currency))
            record.Find(Category.CurrencyMismatch, "The lease has another currency.");
        if (request.Account is { } account && account != device.Account)
            record.Find(Category.StatusMismatch, "The account is not bound to the device.");
    }

    /// <summary>A revoked key that this edge had been told of costs the operator, not the payer.</summary>
    private static long SourceOf(BatchRun run, Approval record, LeaseStanding? lease, int currency)
    {
        var revoked = record.RevokedUnix <= record.Item.Unix;
        var told = record.DeniedIn <= run.DenyVersion;
        return lease is null || (revoked && told) ? run.Book(currency).EdgeLoss : lease.Lease;
    }

    /// <summary>The name of the hold that this becomes a part of: its own, but for an INCREMENT.</summary>
    private static LedgerName AuthOf(BatchRun run, Approval record, int currency)
    {
        if (record.Request.Operation is not Operation.Increment) return record.Name;
        var auth = record.Name with { Sequence = record.Request.ReferenceSequence ?? 0 };
        var parts = run.Holds.Of(auth);
        if (parts.Count == 0) record.Find(Category.Orphan, "There is no hold to add to.");
        else if (parts[0].State is not HoldState.Open) record.Find(Category.StatusMismatch, "The hold is not open.");
        else if (parts[0].Currency != currency)
            record.Find(Category.CurrencyMismatch, "The hold has another currency.");
        return auth;
    }

    private static void Hold(
        BatchRun run, Approval record, PaymentRow row, LedgerName auth, int currency, long amountMinor)
    {
        var request = record.Request;
        var authId = PaymentId.Of(request.Name with { Sequence = auth.Sequence });
        run.Leases.Hold(row.Source, amountMinor);
        run.Holds.Set(new(
            record.Name, auth, authId, row.Payer, row.Source, currency, row.Target, amountMinor, HoldState.Open)
        {
            Confirm = request.Operation is Operation.Sale,
        });
        run.Post(record, row with { HeldMinor = amountMinor });
    }

    private static void Pay(BatchRun run, Approval record, PaymentRow row, int currency, long amountMinor)
    {
        run.Leases.Move(row.Source, -amountMinor);
        run.Capture(new(record.Name, row.Payer, row.Source, currency, row.Target, amountMinor, 0));
        if (!record.Findings.Suspends)
            run.OweFloat(record.Item.Position, row.Payer, [(row.Source, amountMinor)]);
        run.Post(record, row with { PaidMinor = amountMinor });
    }
}
