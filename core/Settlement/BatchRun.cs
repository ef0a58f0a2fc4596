using MqttPay.Payments;

namespace MqttPay.Settlement;

/// <summary>What one reconciliation has gathered so far.</summary>
internal sealed class BatchRun(Books books)
{
    private readonly Dictionary<LedgerName, KnownRecord> known = books.Known.ToDictionary();
    private readonly Dictionary<LedgerName, PostedPayment> posted = books.Posted.ToDictionary();
    private readonly Dictionary<PaymentId, LedgerName> names = books.Names.ToDictionary();
    private readonly List<PaymentRow> payments = [];
    private readonly List<DeclineRow> declines = [];
    private readonly List<RejectRow> rejects = [];
    private readonly List<EventRow> events = [];
    private readonly List<BreakRow> breaks = [];
    private readonly List<FloatDue> floatDues = [];
    private readonly Dictionary<LedgerName, int> lossDues = [];
    private readonly Dictionary<LedgerName, VoucherStanding> vouchers = books.Vouchers.ToDictionary();
    private readonly SortedSet<long> cloned = [];

    public Books Books => books;

    public LeaseBook Leases { get; } = new(books);

    public HoldBook Holds { get; } = new(books);

    public List<TransferRow> Transfers { get; } = [];

    public uint DenyVersion { get; set; } = books.DenyVersion;

    public uint LastUnix { get; set; } = books.LastUnix;

    public KnownRecord? Known(LedgerName name) => known.GetValueOrDefault(name);

    public PostedPayment? Posted(LedgerName name) => posted.GetValueOrDefault(name);

    public LedgerName? Named(PaymentId id) => names.TryGetValue(id, out var name) ? name : null;

    public CurrencyBook Book(int currency) => books.Currencies[currency];

    public void Post(Approval approval, PaymentRow row)
    {
        payments.Add(row with { Category = approval.Findings.First });
        Claim(row.Name, row.Id, approval.Item, approved: true);
        Break(approval, row.PaidMinor);
    }

    public void Decline(Approval record)
    {
        var (item, request) = (record.Item, record.Request);
        var id = PaymentId.Of(request.Name);
        declines.Add(new(
            record.Name, id, request.Operation, item.Decision.Code, item.Position, item.Round, item.Unix, item.Message,
            item.DecisionBytes, record.Findings.First));
        Claim(record.Name, id, item, approved: false);
        Break(record, 0);
    }

    public void Reject(
        Category category, string note, LedgerName? name, JournalItem.Decided item, KnownRecord? first = null)
    {
        var message = category is Category.DuplicateBenign ? null : item.Message;
        rejects.Add(new(category, name, item.Position, item.Round, message, item.DecisionBytes, first));
        if (CategoryRule.IsBreak(category)) BreakRecord(item.Position, category, note);
    }

    public void Remember(EventRow row) => events.Add(row);

    public void Break(BreakRow row) => breaks.Add(row);

    public void BreakRecord(int position, Category category, string note) =>
        breaks.Add(new(BreakSubject.Record, books.BatchNo, position, category, null, null, null, [], note));

    public void MarkCloned(long device) => cloned.Add(device);

    /// <summary>The part of these sums that float leases gave is asked back from the payer later.</summary>
    public void OweFloat(int position, long payer, IEnumerable<(long Source, long AmountMinor)> sums)
    {
        var given = sums.Select(sum => (Lease: Leases.Find(sum.Source), sum.AmountMinor))
            .Where(sum => sum.Lease is { FromFloat: true }).ToList();
        var total = given.Sum(sum => sum.AmountMinor);
        if (total != 0) floatDues.Add(new(position, payer, given[0].Lease!.Payer, total));
    }

    /// <summary>What edge_loss paid although the payer has signed for it; asked of the payer, never owed.</summary>
    public void OweLoss(Approval record, long payer, long edgeLoss, long amountMinor)
    {
        if (amountMinor <= 0 || payer == 0) return;
        lossDues[record.Name] = floatDues.Count;
        floatDues.Add(new(record.Item.Position, payer, edgeLoss, amountMinor));
    }

    /// <summary>What was taken back in the same batch is not asked for.</summary>
    public void ForgetLoss(LedgerName name, long amountMinor)
    {
        if (!lossDues.TryGetValue(name, out var index)) return;
        var due = floatDues[index];
        floatDues[index] = due with { AmountMinor = Math.Max(0, due.AmountMinor - amountMinor) };
    }

    /// <summary>Whether a payee's device may touch what is, or was, for this account.</summary>
    public bool IsOwn(DeviceStanding device, int currency, long target) =>
        device.Payee == 0 || target == Book(currency).Suspense
        || (Books.Payees.TryGetValue((device.Payee, currency), out var own) && own == target);

    public VoucherStanding? Voucher(LedgerName auth) => vouchers.TryGetValue(auth, out var found) ? found : null;

    public void Keep(LedgerName auth, VoucherStanding voucher) => vouchers[auth] = voucher;

    public void Capture(PostedPayment payment) => posted[payment.Name] =
        posted.TryGetValue(payment.Name, out var before)
            ? before with { CapturedMinor = before.CapturedMinor + payment.CapturedMinor }
            : payment;

    public void GiveBack(PostedPayment payment, long amountMinor) =>
        posted[payment.Name] = payment with { BackMinor = payment.BackMinor + amountMinor };

    public Reconciled Finish()
    {
        Transfers.AddRange(Leases.Excesses());
        Transfers.AddRange(Leases.Close());
        return new()
        {
            Payments = payments,
            Declines = declines,
            Rejects = rejects,
            Transfers = Transfers,
            Events = events,
            Breaks = breaks,
            Holds = [.. Holds.Changed],
            Leases = [.. Leases.Changed],
            HeldMoves = Leases.HeldMoves,
            FloatDues = [.. floatDues.Where(due => due.AmountMinor != 0)],
            Cloned = [.. cloned],
            LastUnix = LastUnix,
            DenyVersion = DenyVersion,
        };
    }

    private void Claim(LedgerName name, PaymentId id, JournalItem.Decided item, bool approved)
    {
        known[name] = new(books.BatchNo, item.Position, item.Digest, approved);
        names[id] = name;
    }

    private void Break(Approval record, long paidMinor)
    {
        var category = record.Findings.First;
        if (!CategoryRule.IsBreak(category)) return;
        var (item, request) = (record.Item, record.Request);
        int? currency = request.Currency == 0 ? null : request.Currency;
        breaks.Add(new(
            BreakSubject.Record, books.BatchNo, item.Position, category, currency, item.Decision.AmountMinor, paidMinor,
            record.Findings.Also, record.Note));
    }
}
