using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Settlement;

/// <summary>What the edge's own events do: leases open and close, holds end, deny lists take effect.</summary>
internal static class EventEffects
{
    private static readonly Dictionary<Type, int> Kinds = new()
    {
        [typeof(RoundEvent.Start)] = 1,
        [typeof(RoundEvent.LeaseOn)] = 2,
        [typeof(RoundEvent.LeaseStop)] = 3,
        [typeof(RoundEvent.LeaseClose)] = 4,
        [typeof(RoundEvent.HoldEnd)] = 5,
        [typeof(RoundEvent.VoucherKept)] = 6,
        [typeof(RoundEvent.Conflict)] = 7,
        [typeof(RoundEvent.PolicyOn)] = 8,
        [typeof(RoundEvent.DenyOn)] = 9,
        [typeof(RoundEvent.Frozen)] = 10,
        [typeof(Seal)] = 11,
        [typeof(RoundEvent.Clock)] = 12,
        [typeof(RoundEvent.RosterOn)] = 13,
    };

    public static void Apply(BatchRun run, JournalItem.Happened item)
    {
        var row = new EventRow(item.Position, Kinds[item.Event.GetType()], About(run, item), null, null, item.Body);
        switch (item.Event)
        {
            case RoundEvent.LeaseOn on: run.Remember(row with { Lease = on.Lease }); Open(run, on.Lease); break;
            case RoundEvent.LeaseStop stop: run.Remember(row with { Lease = stop.Lease }); Stop(run, stop.Lease); break;
            case RoundEvent.LeaseClose close: run.Remember(
                row with { Lease = close.Lease }); Close(run, item, close); break;
            case RoundEvent.HoldEnd end: EndHold(run, row, end); break;
            case RoundEvent.Conflict: run.Remember(row); Conflict(run, item, row.Name); break;
            case RoundEvent.VoucherKept kept: run.Remember(row); Voucher(run, item, row.Name, kept); break;
            case RoundEvent.DenyOn deny:
                run.DenyVersion = Math.Max(run.DenyVersion, deny.Version);
                run.Remember(row);
                break;
            default: run.Remember(row); break;
        }
    }

    private static LedgerName? About(BatchRun run, JournalItem.Happened item) =>
        item.About is { } about && run.Books.Devices.TryGetValue(about.Kid, out var device)
            ? new LedgerName(device.Device, about.Epoch, about.Sequence)
            : null;

    private static void Open(BatchRun run, long number)
    {
        if (run.Leases.Find(number) is { State: LeaseState.Offered } lease)
            run.Leases.Change(lease with { State = LeaseState.Active });
    }

    private static void Stop(BatchRun run, long number)
    {
        if (run.Leases.Find(number) is { State: LeaseState.Offered or LeaseState.Active } lease)
            run.Leases.Change(lease with { State = LeaseState.Stopped });
    }

    /// <summary>The money goes back when the batch is done, since every round up to this one is then here.</summary>
    private static void Close(BatchRun run, JournalItem.Happened item, RoundEvent.LeaseClose close)
    {
        if (run.Leases.Find(close.Lease) is not { ClosedRound: null } lease || !run.Leases.IsAlive(lease)) return;
        // A lost history does not know what the one that was kept has spent since.
        if (run.Books.Branch && !lease.Reclaimed) return;
        var state = lease.State is LeaseState.Reclaimed ? LeaseState.Reclaimed : LeaseState.Stopped;
        run.Leases.Change(lease with { State = state, ClosedRound = item.Round });
        if (lease.BalanceMinor == close.RemainingMinor) return;
        run.Break(new(
            BreakSubject.Lease, lease.Lease, 0, Category.AmountMismatch, lease.Currency, lease.BalanceMinor,
            close.RemainingMinor, [], "The edge closed the lease with another rest than the cloud has."));
    }

    private static void EndHold(BatchRun run, EventRow row, RoundEvent.HoldEnd end)
    {
        var parts = row.Name is { } name ? run.Holds.Of(name) : [];
        if (parts.Count == 0 || parts[0].State is not HoldState.Open)
        {
            run.Remember(row);
            run.BreakRecord(row.Position, Category.Orphan, "The edge ended a hold that the cloud does not have open.");
            return;
        }

        var first = parts[0];
        var claimed = end.Captured ? end.AmountMinor : 0;
        // Without a signature nothing is captured: the whole of a SALE was signed, of an AUTH its last voucher.
        var signed = first.Confirm ? claimed : Math.Min(claimed, run.Voucher(first.Auth)?.AmountMinor ?? 0);
        var shares = HoldEffects.Shares(parts, signed);
        var open = HoldEffects.End(run, parts, HoldState.Ended);
        run.Remember(row with { Name = first.Auth, HeldMinor = -open });
        var captured = shares.Sum(share => share.ShareMinor);
        if (end.Captured && captured != end.AmountMinor)
            run.BreakRecord(
                row.Position, Category.AmountMismatch,
                "More was captured at the end of the hold than was signed and held.");
        if (captured == 0) return;

        HoldEffects.Gather(run, row.Position, first.Source, shares);
        run.Leases.Move(first.Source, -captured);
        run.Transfers.Add(new(
            TransferKind.HoldEnd, run.Books.BatchNo, row.Position, first.Source, first.Target, captured));
        run.Capture(new(first.Auth, first.Payer, first.Source, first.Currency, first.Target, captured, 0));
        run.OweFloat(row.Position, first.Payer, shares.Select(share => (share.Part.Source, share.ShareMinor)));
    }

    private static void Conflict(BatchRun run, JournalItem.Happened item, LedgerName? name)
    {
        if (name is null)
        {
            run.BreakRecord(item.Position, Category.BadSignature, "The edge reports a conflict that it cannot prove.");
            return;
        }

        run.MarkCloned(name.Value.Device);
        run.BreakRecord(item.Position, Category.Conflict, "One name, two valid contents; the edge has both.");
    }

    /// <summary>Only the one with the highest tick counts, and it never falls.</summary>
    private static void Voucher(
        BatchRun run, JournalItem.Happened item, LedgerName? name, RoundEvent.VoucherKept kept)
    {
        if (name is not { } auth || RequestCodec.TryParse(kept.Message, out var view) is not WireError.None)
        {
            run.BreakRecord(item.Position, Category.BadSignature, "The voucher does not verify.");
            return;
        }

        var request = view.ToRequest();
        var (told, known) = (new VoucherStanding(request.Tick, request.AmountMinor), run.Voucher(auth));
        var parts = run.Holds.Of(auth);
        if (parts.Count == 0)
            run.BreakRecord(item.Position, Category.Orphan, "The voucher is of no session that the cloud knows.");
        else if (request.Currency != parts[0].Currency)
            run.BreakRecord(item.Position, Category.CurrencyMismatch, "The voucher has another currency.");
        else if (known is { } same && same.Tick == told.Tick && same.AmountMinor != told.AmountMinor)
        {
            run.MarkCloned(auth.Device);
            run.BreakRecord(item.Position, Category.Conflict, "Two amounts under one tick.");
        }
        else if (known is { } last && last.Tick < told.Tick && last.AmountMinor > told.AmountMinor)
            run.BreakRecord(item.Position, Category.AmountMismatch, "A voucher with a higher tick claims less.");
        else if (known is null || known.Value.Tick < told.Tick) run.Keep(auth, told);
    }
}
