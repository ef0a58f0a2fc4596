using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Simulation.Clocks;
using MqttPay.Wire;

namespace MqttPay.Simulation.Clouds;

/// <summary>How a batch is posted: read the books, let the production reconciler decide, write what it says.</summary>
internal sealed partial class CloudStore
{
    private readonly Dictionary<LedgerName, KnownRecord> known = [];
    private readonly Dictionary<LedgerName, List<HoldPart>> holds = [];
    private readonly Dictionary<LedgerName, LedgerName> grownInto = [];
    private readonly Dictionary<LedgerName, VoucherStanding> vouchers = [];
    private readonly Dictionary<LedgerName, PostedPayment> posted = [];
    private readonly Dictionary<PaymentId, LedgerName> names = [];
    private readonly Dictionary<LedgerName, int> timesPosted = [];
    private readonly SortedDictionary<Category, int> categories = [];
    private readonly Dictionary<KeyId, long> newest = [];
    private readonly Dictionary<Category, string> notes = [];
    private long batches;

    public IReadOnlyDictionary<Category, int> Categories => categories;

    /// <summary>What was said of the first break of a category.</summary>
    public string NoteOf(Category category) => notes.GetValueOrDefault(category, "");

    public long Records { get; private set; }

    /// <summary>What the ledger has under a payment id, or null.</summary>
    public PostedPayment? FindPosted(PaymentId id) =>
        names.TryGetValue(id, out var name) && posted.TryGetValue(name, out var payment) ? payment : null;

    public int TimesPosted(PaymentId id) => names.TryGetValue(id, out var name) ? timesPosted.GetValueOrDefault(name)
        : 0;

    /// <summary>The newest sequence that the cloud has of a key.</summary>
    public long NewestSequence(KeyId kid) => newest.GetValueOrDefault(kid);

    public bool Knows(PaymentId id) => names.ContainsKey(id);

    /// <summary>Told of each row as it is posted, with the edge and the round.</summary>
    public Action<uint, PaymentRow>? OnPosted { get; set; }

    /// <summary>Where a run of rounds stands to the chain.</summary>
    public ChainStep Place(uint edge, Submitted batch)
    {
        if (!edges[edge].Chains.TryGetValue(batch.Fence, out var chain)) return new ChainStep.Gap();
        var held = batch.Run.Last < chain.Head.NextRound ? chain.RootOf(batch.Run.Last) : null;
        if (held is null && batch.Run.Last == chain.First - 1) held = batch.Run.RootOf(batch.Run.Last);
        return Chain.Place(chain.Head, batch.Run, held);
    }

    /// <summary>One transaction: rows and the chain's head together.</summary>
    public Reconciled Post(uint edge, Submitted batch, long from)
    {
        var chain = edges[edge].Chains[batch.Fence];
        List<JournalItem> fresh = new(batch.Items.Count);
        foreach (var item in batch.Items)
            if (item.Round >= from) fresh.Add(item with { Position = fresh.Count });
        batches++;
        var result = Reconciler.Reconcile(BooksOf(edges[edge], batch.Fence, chain, fresh), fresh);
        Write(edge, result, fresh);
        if (Planted.Is(Bug.P48) && batches % 8 == 0) return result;   // It dies between the two.
        foreach (var round in batch.Rounds)
            if (round.Header.Number >= from) chain.Roots.Add(round.Root);
        chain.Head = new(batch.Run.Last + 1, batch.Run.RootOf(batch.Run.Last));
        (chain.LastUnix, chain.DenyVersion) = (result.LastUnix, result.DenyVersion);
        return result;
    }

    private Books BooksOf(EdgeRow edge, uint fence, ChainRow chain, List<JournalItem> items)
    {
        Dictionary<long, LeaseStanding> own = [];
        foreach (var id in edge.OpenLeases) own[id] = leases[id];
        Dictionary<LedgerName, KnownRecord> knownHere = [];
        Dictionary<LedgerName, IReadOnlyList<HoldPart>> holdsHere = [];
        Dictionary<LedgerName, PostedPayment> postedHere = [];
        Dictionary<PaymentId, LedgerName> namesHere = [];
        Dictionary<LedgerName, VoucherStanding> vouchersHere = [];
        foreach (var item in items)
        {
            Named(item, own, out var name, out var reference);
            if (name is { } one && known.TryGetValue(one, out var record)) knownHere[one] = record;
            if (reference is not { } other) continue;
            if (item is JournalItem.Decided { Request.ReferenceId: { } id } && names.ContainsKey(id))
                namesHere[id] = other;
            if (vouchers.TryGetValue(other, out var voucher)) vouchersHere[other] = voucher;
            if (grownInto.TryGetValue(other, out var auth) && holds.TryGetValue(auth, out var grown))
                holdsHere[auth] = [.. grown];
            if (holds.TryGetValue(other, out var parts))
            {
                holdsHere[other] = [.. parts];
                foreach (var part in parts) Want(own, part.Source);
            }

            if (posted.TryGetValue(other, out var payment))
            {
                postedHere[other] = payment;
                Want(own, payment.Source);
            }
        }

        return new()
        {
            BatchNo = batches,
            Edge = edge.Edge,
            Fence = fence,
            ReceivedUnix = SimClock.TrueUnix(agenda),
            SitePayee = World.SitePayee,
            LastUnix = chain.LastUnix,
            DenyVersion = chain.DenyVersion,
            Devices = devices,
            Leases = own,
            Known = knownHere,
            Holds = holdsHere,
            Vouchers = vouchersHere,
            Posted = postedHere,
            Names = namesHere,
            Payees = payees,
            Currencies = new Dictionary<int, CurrencyBook> { [Currency] = new(edgeLoss, suspense) },
        };
    }

    private void Named(
        JournalItem item, Dictionary<long, LeaseStanding> own, out LedgerName? name, out LedgerName? reference)
    {
        (name, reference) = (null, null);
        switch (item)
        {
            case JournalItem.Decided { Request: { } request } decided:
                Want(own, decided.Decision.Lease);
                if (!devices.TryGetValue(request.Kid, out var device)) return;
                name = new(device.Device, request.Epoch, request.Sequence);
                if (decided.Genuine)
                    newest[request.Kid] = Math.Max(newest.GetValueOrDefault(request.Kid), request.Sequence);
                if (request.ReferenceSequence is { } own16) reference = name.Value with { Sequence = own16 };
                else if (request.ReferenceId is { } id && names.TryGetValue(id, out var found)) reference = found;
                break;
            case JournalItem.Happened { About: { } about } when devices.TryGetValue(about.Kid, out var owner):
                reference = new(owner.Device, about.Epoch, about.Sequence);
                break;
            case JournalItem.Happened { Event: RoundEvent.LeaseOn on }: Want(own, on.Lease); break;
            case JournalItem.Happened { Event: RoundEvent.LeaseStop stop }: Want(own, stop.Lease); break;
            case JournalItem.Happened { Event: RoundEvent.LeaseClose close }: Want(own, close.Lease); break;
            default: break;
        }
    }

    private void Want(Dictionary<long, LeaseStanding> own, long lease)
    {
        if (lease != 0 && leases.TryGetValue(lease, out var standing)) own[lease] = standing;
    }

    private void Write(uint edge, Reconciled result, List<JournalItem> items)
    {
        foreach (var row in result.Payments) Write(edge, row);
        foreach (var row in result.Declines)
        {
            Count(row.Category);
            known[row.Name] = new(batches, row.Position, ((JournalItem.Decided)items[row.Position]).Digest, false);
            names[row.Id] = row.Name;
        }

        foreach (var row in result.Rejects) Count(row.Category);
        foreach (var row in result.Breaks)
            notes.TryAdd(row.Category, $"{row.Note} {row.Key1}/{row.Key2} {row.ExpectedMinor} {row.FoundMinor}");
        CheckEachOnce(result, items);
        foreach (var transfer in result.Transfers)
        {
            CheckReturn(edge, transfer, result);
            Move(transfer.Kind, transfer.Debit, transfer.Credit, transfer.AmountMinor);
            if (transfer.Kind is TransferKind.HoldEnd) CaptureAtEnd(transfer, result);
        }

        foreach (var item in items) Keep(item);
        foreach (var part in result.Holds) Write(part);
        foreach (var lease in result.Leases) Write(edge, lease);
        foreach (var move in result.HeldMoves)
            if (leases.TryGetValue(move.Account, out var lease))
                leases[move.Account] = lease with { HeldMinor = lease.HeldMinor + move.DeltaMinor };
        foreach (var due in result.FloatDues) Recover(due);
        foreach (var device in result.Cloned) DenyClone(device);
    }

    private void Write(uint edge, PaymentRow row)
    {
        Count(row.Category);
        known[row.Name] = new(batches, row.Position, World.DigestOf(row.Message), true);
        names[row.Id] = row.Name;
        Move(null, row.Source, row.Target, row.PaidMinor);
        timesPosted[row.Name] = timesPosted.GetValueOrDefault(row.Name) + 1;
        if (timesPosted[row.Name] > 1) violations.Add($"I5: {row.Id} was posted {timesPosted[row.Name]} times");
        if (row.Operation is Operation.Sale or Operation.Auth or Operation.Increment)
            posted[row.Name] = new(row.Name, row.Payer, row.Source, Currency, row.Target, row.PaidMinor, 0);
        else if (row.Reference is { } reference && posted.TryGetValue(reference, out var payment))
            posted[reference] = row.Operation is Operation.Capture or Operation.Confirm
                ? payment with { CapturedMinor = payment.CapturedMinor + row.PaidMinor }
                : payment with { BackMinor = payment.BackMinor - row.PaidMinor };
        OnPosted?.Invoke(edge, row);
    }

    /// <summary>The newest voucher of a session, by its tick.</summary>
    private void Keep(JournalItem item)
    {
        if (item is not JournalItem.Happened { Event: RoundEvent.VoucherKept kept, About: { } about }) return;
        if (!devices.TryGetValue(about.Kid, out var device)) return;
        Invariant.Holds(RequestCodec.TryParse(kept.Message, out var view) is WireError.None);
        var (name, voucher) = (new LedgerName(device.Device, about.Epoch, about.Sequence), view.ToRequest());
        if (vouchers.GetValueOrDefault(name).Tick < voucher.Tick)
            vouchers[name] = new(voucher.Tick, voucher.AmountMinor);
    }

    private void Write(HoldPart part)
    {
        if (part.Name != part.Auth) grownInto[part.Name] = part.Auth;
        if (!holds.TryGetValue(part.Auth, out var parts)) holds[part.Auth] = parts = [];
        var at = parts.FindIndex(each => each.Name == part.Name);
        if (at < 0) parts.Add(part);
        else parts[at] = part;
    }

    private void Write(uint edge, LeaseStanding lease)
    {
        var before = leases[lease.Lease];
        leases[lease.Lease] = before with
        {
            State = lease.State, ExcessMinor = lease.ExcessMinor, ClosedRound = lease.ClosedRound,
        };
        var row = edges[edge];
        if (lease.State is not LeaseState.Offered) row.Offers.Remove(lease.Lease);
        if (lease.State is LeaseState.Closed) row.OpenLeases.Remove(lease.Lease);
    }

    private void CaptureAtEnd(TransferRow transfer, Reconciled result)
    {
        foreach (var row in result.Events)
        {
            if (row.Position != transfer.CauseNo || row.Name is not { } name) continue;
            if (posted.TryGetValue(name, out var payment))
                posted[name] = payment with { CapturedMinor = payment.CapturedMinor + transfer.AmountMinor };
        }
    }

    /// <summary>What the float paid is asked back from the payer, or becomes a debt.</summary>
    private void Recover(FloatDue due)
    {
        if (due.Payer == 0) return;
        if (due.AmountMinor < 0)
        {
            Move(TransferKind.FloatBack, due.FloatAccount, due.Payer, -due.AmountMinor);
            return;
        }

        var covered = Ledger.Available(due.Payer) >= due.AmountMinor;
        Move(
            covered ? TransferKind.Recover : TransferKind.Debt, covered ? due.Payer : debt, due.FloatAccount,
            due.AmountMinor);
    }

    private void DenyClone(long device)
    {
        foreach (var standing in devices.Values)
        {
            if (standing.Device != device) continue;
            Deny(standing.Kid);
            return;
        }
    }

    private void Count(Category category)
    {
        Records++;
        categories[category] = categories.GetValueOrDefault(category) + 1;
    }

    private void CheckEachOnce(Reconciled result, List<JournalItem> items)
    {
        var decided = 0;
        foreach (var item in items)
            if (item is JournalItem.Decided) decided++;
        var sorted = result.Payments.Count + result.Declines.Count + result.Rejects.Count;
        if (sorted != decided) violations.Add($"I13: {decided} records, {sorted} in a category");
    }

    /// <summary>Money returns only after the edge closed the lease and every round up to that is here.</summary>
    private void CheckReturn(uint edge, TransferRow transfer, Reconciled result)
    {
        if (transfer.Kind is not TransferKind.LeaseReturn) return;
        var closed = leases[transfer.Debit].ClosedRound;
        foreach (var lease in result.Leases)
            if (lease.Lease == transfer.Debit) closed = lease.ClosedRound;
        if (closed is null) violations.Add($"I3: lease {transfer.Debit} of edge {edge} returned without its close");
    }
}
