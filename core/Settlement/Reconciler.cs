using MqttPay.Payments;

namespace MqttPay.Settlement;

/// <summary>
/// Decides what a verified batch does to the ledger. Pure: the same books and the same records give the same rows.
/// Every decided record gets exactly one category, the first that fits; nothing that an edge writes makes it fail.
/// </summary>
public static class Reconciler
{
    /// <summary>Times further apart than this are impossible against the chain.</summary>
    public const int ClockSlackSeconds = 300;

    private const int LateSeconds = 24 * 3600;

    public static Reconciled Reconcile(Books books, IReadOnlyList<JournalItem> items)
    {
        var run = new BatchRun(books);
        foreach (var item in items)
        {
            switch (item)
            {
                case JournalItem.Decided decided: Decide(run, decided); break;
                case JournalItem.Happened happened: EventEffects.Apply(run, happened); break;
                default: throw new InvalidOperationException($"No rule for {item}.");
            }

            run.LastUnix = item.Unix;
        }

        return run.Finish();
    }

    private static void Decide(BatchRun run, JournalItem.Decided item)
    {
        // An honest edge accepts none of these, and without a name that is certain there is nothing to post under.
        if (!item.Genuine || item.Request is not { Sequence: > 0 } request || request.Edge != run.Books.Edge
            || !run.Books.Devices.TryGetValue(request.Kid, out var device)
            || (request.Epoch, request.Sequence) != (item.Decision.Epoch, item.Decision.Sequence))
        {
            run.Reject(Category.BadSignature, "No honest edge accepts this.", null, item);
            return;
        }

        var name = new LedgerName(device.Device, request.Epoch, request.Sequence);
        var findings = new Findings(late: run.Books.ReceivedUnix - item.Unix > LateSeconds);
        var record = new Approval(item, request, device, name, findings);
        if (run.Known(name) is { } first && !Planted.Is(Bug.P47))
        {
            // The name is taken. Content decides, never signature bytes: anyone may sign the same content again.
            if (first.Digest != item.Digest)
            {
                Conflict(run, record, first);
                return;
            }

            if (first.Approved || !item.Decision.Approved)
            {
                run.Reject(Category.DuplicateBenign, "", name, item, first);
                return;
            }

            record.Find(Category.StatusMismatch, "Declined before, and approved now.");
        }

        FindTimes(run, record);
        if (item.Decision.Approved) Post(run, record);
        else run.Decline(record);
    }

    private static void Post(BatchRun run, Approval record)
    {
        if (run.Books.Branch)
            record.Find(Category.ChainFork, "Approved in a history that the edge has lost.");
        if (run.Books.TakenBack.Contains(record.Name))
            record.Find(Category.StatusMismatch, "The device has been told that nothing was taken.");
        if (record.RevokedUnix <= record.Item.Unix)
            record.Find(Category.RevokedAtTime, "The key was revoked when this was approved.");
        if (!record.Permitted) record.Find(Category.StatusMismatch, "The device may not do this.");
        if (record.Device.Epoch > 0 && record.Request.Epoch > record.Device.Epoch)
            record.Find(Category.StatusMismatch, "The cloud gave the device no such epoch.");

        switch (record.Request.Operation)
        {
            case Operation.Sale or Operation.Auth or Operation.Increment: DrawEffects.Apply(run, record); break;
            case Operation.Capture or Operation.Void or Operation.Confirm: HoldEffects.Apply(run, record); break;
            case Operation.Reverse: BackEffects.Reverse(run, record); break;
            case Operation.Refund: BackEffects.Refund(run, record); break;
            default: run.Reject(Category.BadSignature, "Never decided.", record.Name, record.Item); break;
        }
    }

    /// <summary>
    /// The first one keeps its row. What the edge took for this one is set aside, and the key is in two hands.
    /// </summary>
    private static void Conflict(BatchRun run, Approval record, KnownRecord first)
    {
        run.Reject(Category.Conflict, "One name, two valid contents.", record.Name, record.Item, first);
        if (!record.OldEpoch) run.MarkCloned(record.Device.Device);   // An epoch that is over was judged already.
        var draws = record.Request.Operation is Operation.Sale or Operation.Auth or Operation.Increment;
        if (record.Decision.Approved && draws) DrawEffects.Suspend(run, record);
    }

    private static void FindTimes(BatchRun run, Approval record)
    {
        var (unix, books) = ((long)record.Item.Unix, run.Books);
        var granted = run.Leases.Find(record.Decision.Lease)?.GrantedUnix ?? 0;
        if (unix + ClockSlackSeconds < run.LastUnix || unix + ClockSlackSeconds < granted
            || unix > books.ReceivedUnix + ClockSlackSeconds)
            record.Find(Category.ClockSuspect, "The header's time does not fit its neighbours.");
    }
}
