using MqttPay.FirmwareSim.Devices;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Demo;

/// <summary>
/// The devices' books against the cloud's ledger. Neither side is asked what it thinks of the other; ids are counted
/// and never collapsed into a set.
/// </summary>
internal sealed record Comparison(
    long Settled, IReadOnlyList<string> Lost, IReadOnlyList<string> Doubled, IReadOnlyList<string> WrongAmount,
    IReadOnlyList<string> Unfounded)
{
    /// <param name="unanswered">Names that devices published and hold no final reply of.</param>
    public static Comparison Of(
        IReadOnlyList<KeptReceipt> receipts, IReadOnlyList<LedgerRow> rows, IReadOnlyCollection<RequestName> unanswered)
    {
        var posted = rows.ToLookup(row => row.PaymentId);
        var approved = receipts.Where(receipt => receipt.Approved).ToList();
        var founded = approved.Select(receipt => receipt.Payment.ToString())
            .Concat(unanswered.Select(name => PaymentId.Of(name).ToString()))
            .ToHashSet();
        var verdicts = approved.ToLookup(receipt => FateOf(receipt, [.. posted[receipt.Payment.ToString()]]));
        return new(
            verdicts[Fate.Settled].Count(),
            Named(verdicts[Fate.Lost]),
            [.. Named(verdicts[Fate.Doubled]), .. DoubledOf(unanswered, posted)],
            Named(verdicts[Fate.WrongAmount]),
            [.. posted.Select(group => group.Key).Where(id => !founded.Contains(id)).Order(StringComparer.Ordinal)]);
    }

    /// <summary>
    /// What approvals took beyond what they could: per lease beyond its limit, per account beyond its funds. Computed
    /// from the receipts alone; a voided sale gives its amount back.
    /// </summary>
    public static long Overspent(
        IReadOnlyList<KeptReceipt> receipts, IReadOnlyDictionary<KeyId, AccountId> accounts, long fundMinor,
        Func<long, long> limitOfLease)
    {
        var spent = SpentOf(receipts);
        var overLease = spent.GroupBy(part => part.Receipt.Lease)
            .Sum(group => Math.Max(0, group.Sum(part => part.Minor) - limitOfLease(group.Key)));
        var overAccount = spent.GroupBy(part => accounts[part.Receipt.Name.Kid])
            .Sum(group => Math.Max(0, group.Sum(part => part.Minor) - fundMinor));
        return Math.Max(overLease, overAccount);
    }

    private static List<(KeptReceipt Receipt, long Minor)> SpentOf(IReadOnlyList<KeptReceipt> receipts)
    {
        var approved = receipts.Where(receipt => receipt.Approved).ToList();
        var given = approved.Where(receipt => receipt.Operation is Operation.Void or Operation.Reverse)
            .Select(UndoneBy).ToHashSet();
        return
        [
            .. approved.Where(receipt => receipt.Operation is Operation.Sale && !given.Contains(receipt.Name))
                .Select(receipt => (receipt, receipt.AmountMinor)),
        ];
    }

    /// <summary>The request that a VOID or REVERSE undoes, read from its signed bytes.</summary>
    private static RequestName UndoneBy(KeptReceipt receipt) =>
        RequestCodec.TryParse(receipt.Request, out var view) is WireError.None
            && view.ToRequest().ReferenceSequence is { } sequence
            ? receipt.Name with { Sequence = sequence }
            : default;

    private static Fate FateOf(KeptReceipt receipt, LedgerRow[] rows)
    {
        if (rows.Length == 0) return Fate.Lost;
        if (rows.Length > 1) return Fate.Doubled;
        // It moves nothing that a device could compare.
        if (receipt.Operation is not Operation.Sale) return Fate.Settled;
        var posted = receipt.Held ? rows[0].HeldMinor : rows[0].PaidMinor;
        return posted == receipt.AmountMinor && rows[0].Lease == receipt.Lease ? Fate.Settled : Fate.WrongAmount;
    }

    private static IEnumerable<string> DoubledOf(
        IEnumerable<RequestName> unanswered, ILookup<string, LedgerRow> posted) =>
        unanswered.Select(name => PaymentId.Of(name).ToString()).Where(id => posted[id].Count() > 1);

    private static List<string> Named(IEnumerable<KeptReceipt> receipts) =>
        [.. receipts.Select(receipt => receipt.Payment.ToString()).Order(StringComparer.Ordinal)];

    private enum Fate
    {
        Settled,
        Lost,
        Doubled,
        WrongAmount,
    }
}
