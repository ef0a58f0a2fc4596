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

        var back = Back(run, record, posted);
        run.Leases.Move(posted.Source, back);
        run.Post(record, record.Row(posted.Payer, posted.Source, posted.Target, -back, 0, name));
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
        if (record.Findings.Suspends)
        {
            Nothing(run, record, name);
            return;
        }

        var back = Back(run, record, posted);
        run.Post(record, record.Row(posted.Payer, posted.Payer, posted.Target, -back, null, name));
    }

    /// <summary>Never more than is left of what was captured.</summary>
    private static long Back(BatchRun run, Approval record, PostedPayment posted)
    {
        var left = posted.CapturedMinor - posted.BackMinor;
        var back = Math.Min(record.Decision.AmountMinor, left);
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
