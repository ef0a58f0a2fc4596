using MqttPay.Payments;

namespace MqttPay.Settlement;

/// <summary>
/// CAPTURE, CONFIRM and VOID: what becomes of a held amount. Sums are the cloud's own, never the edge's.
/// </summary>
internal static class HoldEffects
{
    public static void Apply(BatchRun run, Approval record)
    {
        var auth = ReferenceOf(run, record);
        IReadOnlyList<HoldPart> parts = auth is { } name ? run.Holds.Of(name) : [];
        var claims = record.Request.Operation is not Operation.Void && record.Request.AmountMinor > 0;
        if (parts.Count > 0) FindOwner(run, record, parts[0]);

        if (parts.Count == 0)
        {
            record.Find(Category.Orphan, "The cloud knows no such hold.");
            Aside(run, record, auth, claims);
        }
        else if (parts[0].State is HoldState.Ended && claims)
        {
            record.Find(Category.HoldExpiredCapture, "The edge had ended the hold.");
            run.Reject(record.Findings.First, record.Note, record.Name, record.Item);
        }
        else if (parts[0].State is not HoldState.Open)
        {
            record.Find(Category.StatusMismatch, "The hold is not open any more.");
            Aside(run, record, auth, claims);
        }
        else if (claims) Capture(run, record, parts);
        else Release(run, record, parts);
    }

    /// <summary>
    /// Gives all parts up. The money is spendable again in the leases that it came from, nowhere else.
    /// </summary>
    public static void Release(BatchRun run, Approval record, IReadOnlyList<HoldPart> parts)
    {
        var first = parts[0];
        var open = End(run, parts, HoldState.Voided);
        run.Post(record, record.Row(first.Payer, first.Source, first.Target, 0, -open, first.Auth));
    }

    /// <summary>Ends every part and returns what was open.</summary>
    public static long End(BatchRun run, IReadOnlyList<HoldPart> parts, HoldState state)
    {
        var open = 0L;
        foreach (var part in parts.Where(part => part.State is HoldState.Open).ToList())
        {
            open += part.OpenMinor;
            run.Leases.Hold(part.Source, -part.OpenMinor);
            run.Holds.Set(part with { OpenMinor = 0, State = state });
        }

        return open;
    }

    /// <summary>
    /// Brings the other parts' shares to the first part's account, from which the whole is paid. Returns what is there,
    /// and how much of it the float gave. Call it before the parts are ended and move it after: shares are what was
    /// held.
    /// </summary>
    public static IReadOnlyList<(HoldPart Part, long ShareMinor)> Shares(
        IReadOnlyList<HoldPart> parts, long amountMinor)
    {
        var shares = new List<(HoldPart, long)>();
        foreach (var part in parts.Where(part => part.Currency == parts[0].Currency))
        {
            var share = Math.Min(part.OpenMinor, amountMinor);
            amountMinor -= share;
            if (share > 0) shares.Add((part, share));
        }

        return shares;
    }

    public static void Gather(
        BatchRun run, int position, long account, IReadOnlyList<(HoldPart Part, long ShareMinor)> shares)
    {
        for (var index = 0; index < shares.Count; index++)
        {
            var (part, share) = shares[index];
            if (part.Source == account) continue;
            run.Leases.Move(part.Source, -share);
            run.Leases.Move(account, share);
            var cause = ((long)position << 20) + index;   // A batch has fewer than 2^20 parts.
            run.Transfers.Add(new(TransferKind.HoldPart, run.Books.BatchNo, cause, part.Source, account, share));
        }
    }

    private static void Capture(BatchRun run, Approval record, IReadOnlyList<HoldPart> parts)
    {
        var (request, first) = (record.Request, parts[0]);
        if (request.Currency != first.Currency)
            record.Find(Category.CurrencyMismatch, "The hold has another currency.");

        var shares = Shares(parts, Math.Min(record.Decision.AmountMinor, request.AmountMinor));
        var captured = shares.Sum(share => share.ShareMinor);
        var rest = record.Decision.AmountMinor - captured;
        if (record.Decision.AmountMinor != request.AmountMinor || rest > 0)
            record.Find(Category.AmountMismatch, "Captured another amount than was signed and held.");

        var open = End(run, parts, HoldState.Captured);
        Gather(run, record.Item.Position, first.Source, shares);
        run.Leases.Move(first.Source, -captured);
        if (run.Leases.Cover(first.Source, rest) > 0)
            record.Find(Category.OverLease, "Captured more than the lease held.");

        var suspense = run.Book(first.Currency).Suspense;
        var target = record.Findings.Suspends ? suspense : first.Target;
        run.Capture(new(first.Auth, first.Payer, first.Source, first.Currency, target, captured, 0));
        run.Post(record, record.Row(first.Payer, first.Source, target, captured, -open, first.Auth));
        DrawEffects.Set(run, record, first.Source, suspense, rest);
        if (record.Findings.Suspends) return;
        run.OweFloat(record.Item.Position, first.Payer, shares.Select(share => (share.Part.Source, share.ShareMinor)));
    }

    /// <summary>What nothing stands behind: the edge took it, so it is taken, but it waits in suspense.</summary>
    private static void Aside(BatchRun run, Approval record, LedgerName? reference, bool claims)
    {
        var lease = run.Leases.Find(record.Decision.Lease);
        var currency = lease?.Currency
            ?? (record.Request.Currency > 0 ? record.Request.Currency : record.Device.Currency);
        var book = run.Book(currency);
        var source = lease?.Lease ?? book.EdgeLoss;
        var taken = claims ? record.Decision.AmountMinor : 0;
        var amount = Math.Min(taken, record.Request.AmountMinor);
        if (taken > amount) record.Find(Category.AmountMismatch, "Captured more than the device signed.");
        if (run.Leases.Cover(source, taken) > 0)
            record.Find(Category.OverLease, "Captured more than the lease held.");
        run.Leases.Move(source, -amount);
        var payer = lease is { FromFloat: false } ? lease.Payer : record.Device.Payer;
        run.Post(record, record.Row(payer, source, book.Suspense, amount, null, reference));
        DrawEffects.Set(run, record, source, book.Suspense, taken - amount);
    }

    /// <summary>Only the payee, or the payer before anything is captured, ends a session.</summary>
    private static void FindOwner(BatchRun run, Approval record, HoldPart first)
    {
        var device = record.Device;
        if (device.Payer != 0 && device.Payer != first.Payer)
            record.Find(Category.StatusMismatch, "The hold is another payer's.");
        if (device.Payer == 0 && !run.IsOwn(device, first.Currency, first.Target))
            record.Find(Category.StatusMismatch, "The hold is for another payee.");
    }

    private static LedgerName? ReferenceOf(BatchRun run, Approval record) =>
        record.Request.ReferenceSequence is { } own ? record.Name with { Sequence = own }
        : record.Request.ReferenceId is { } id ? run.Named(id)
        : null;
}
