using MqttPay.Payments;
namespace MqttPay.Settlement;

/// <summary>REVERSE and REFUND: money goes back where it came from.</summary>
internal static class BackEffects
{
    /// <summary>
    /// Undoes an own request whose outcome the device does not know. It goes back to the lease that paid.
    /// </summary>
    public static void Reverse(BatchRun run, Approval record)
    {
        var name = record.Name with { Sequence = record.Request.ReferenceSequence ?? 0 };
        if (run.Holds.Increment(name) is { } increment)
        {
            ReverseIncrement(run, record, increment);
            return;
        }

        var parts = run.Holds.Of(name);
        if (parts.Count > 0 && parts[0].State is HoldState.Open)
        {
            HoldEffects.Release(run, record, parts);
            return;
        }

        if (parts.Count > 0) record.Find(Category.StatusMismatch, "The hold is not open any more.");
        if (parts.Count > 0 || run.Posted(name) is not { } posted)
        {
            Nothing(run, record, name);   // Unknown or declined: the name is closed and nothing moves.
            return;
        }

        var book = run.Book(posted.Currency);
        var lease = run.Leases.Find(posted.Source);
        if (lease is null && posted.Source != book.EdgeLoss)
        {
            record.Find(Category.Orphan, "Another edge decided what this takes back.");
            Nothing(run, record, name);
            return;
        }

        var back = Back(run, record, posted, record.Decision.AmountMinor);
        if (back == 0 && posted.CapturedMinor > posted.BackMinor)
            record.Find(Category.StatusMismatch, "The device was told that nothing had been taken.");
        run.Leases.Move(posted.Source, back);
        run.Post(record, record.Row(posted.Payer, posted.Source, posted.Target, -back, 0, name));
        run.ForgetLoss(name, back);
        // The float has its money again; whoever gave it meanwhile gets his.
        if (posted.Target != book.Suspense)
            run.OweFloat(record.Item.Position, posted.Payer, [(posted.Source, -back)]);
    }

    /// <summary>Only this part goes back, to the lease that it came from; the rest of the hold stays open.</summary>
    private static void ReverseIncrement(BatchRun run, Approval record, HoldPart part)
    {
        if (part.State is not HoldState.Open)
        {
            record.Find(Category.StatusMismatch, "The hold is not open any more.");
            Nothing(run, record, part.Auth);
            return;
        }

        HoldEffects.End(run, [part], HoldState.Voided);
        run.Post(record, record.Row(part.Payer, part.Source, part.Target, 0, -part.OpenMinor, part.Auth));
    }

    /// <summary>Pays back what was captured, to the payer's account: a refund never refills a lease.</summary>
    public static void Refund(BatchRun run, Approval record)
    {
        var name = record.Request.ReferenceId is { } id ? run.Named(id) : null;
        if (name is null || run.Posted(name.Value) is not { } posted)
        {
            record.Find(Category.Orphan, "The cloud knows no such payment.");
            Nothing(run, record, name);
            return;
        }

        if (record.Request.Currency != posted.Currency)
            record.Find(Category.CurrencyMismatch, "The payment has another currency.");
        if (!run.IsOwn(record.Device, posted.Currency, posted.Target))
            record.Find(Category.StatusMismatch, "The payment was another payee's.");
        if (record.Findings.Suspends)
        {
            Nothing(run, record, name);
            return;
        }

        var back = Back(run, record, posted, Math.Min(record.Decision.AmountMinor, record.Request.AmountMinor));
        run.Post(record, record.Row(posted.Payer, posted.Payer, posted.Target, -back, null, name));
    }

    /// <summary>Never more than was wanted, nor than is left of what was captured.</summary>
    private static long Back(BatchRun run, Approval record, PostedPayment posted, long wantedMinor)
    {
        var left = posted.CapturedMinor - posted.BackMinor;
        var back = Math.Min(wantedMinor, left);
        if (back != record.Decision.AmountMinor)
            record.Find(Category.AmountMismatch, "More went back than was left of the payment.");
        run.GiveBack(posted, back);
        return back;
    }

    private static void Nothing(BatchRun run, Approval record, LedgerName? reference)
    {
        var (payer, book) = (record.Device.Payer, run.Book(record.Device.Currency));
        run.Post(record, record.Row(payer, payer == 0 ? book.EdgeLoss : payer, book.Suspense, 0, null, reference));
    }
}
