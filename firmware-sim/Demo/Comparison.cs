using MqttPay.FirmwareSim.Devices;
using MqttPay.Payments;

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
    /// from the receipts alone. What was held counts until a device holds the proof of what became of it; what was
    /// refunded may be lent and spent again.
    /// </summary>
    public static long Overspent(
        IReadOnlyList<KeptReceipt> receipts, IReadOnlyDictionary<KeyId, AccountId> accounts, long fundMinor,
        Func<long, long> limitOfLease)
    {
        var approved = receipts.Where(receipt => receipt.Approved).ToList();
        var spent = SpentOf(approved);
        var payers = approved.ToDictionary(receipt => receipt.Payment, receipt => receipt.Name.Kid);
        var refunded = approved.Where(receipt => receipt.Operation is Operation.Refund)
            .ToLookup(receipt => accounts.GetValueOrDefault(payers.GetValueOrDefault(receipt.About!.Value)));
        var overLease = spent.GroupBy(part => part.Receipt.Lease)
            .Sum(group => Math.Max(0, group.Sum(part => part.Minor) - limitOfLease(group.Key)));
        var overAccount = spent.GroupBy(part => accounts[part.Receipt.Name.Kid])
            .Sum(group => Math.Max(
                0,
                group.Sum(part => part.Minor) - fundMinor - refunded[group.Key].Sum(refund => refund.AmountMinor)));
        return Math.Max(overLease, overAccount);
    }

    private static List<(KeptReceipt Receipt, long Minor)> SpentOf(List<KeptReceipt> approved)
    {
        var back = approved.Where(receipt => receipt.Operation is Operation.Void or Operation.Reverse)
            .Select(receipt => receipt.About).ToHashSet();
        var captured = approved.Where(receipt => receipt.Operation is Operation.Capture or Operation.Confirm)
            .GroupBy(receipt => receipt.About!.Value)
            .ToDictionary(group => group.Key, group => group.Sum(receipt => receipt.AmountMinor));
        var spent = new List<(KeptReceipt, long)>();
        foreach (var receipt in approved.Where(Draws).OrderBy(receipt => receipt.Name.Sequence))
        {
            var hold = receipt.Operation is Operation.Increment ? receipt.About!.Value : receipt.Payment;
            if (back.Contains(hold) || back.Contains(receipt.Payment)) continue;
            // A capture is paid by the parts of its hold in the order in which they were made.
            var minor = captured.TryGetValue(hold, out var left)
                ? Math.Min(receipt.AmountMinor, left)
                : receipt.AmountMinor;
            if (captured.ContainsKey(hold)) captured[hold] -= minor;
            spent.Add((receipt, minor));
        }

        return spent;
    }

    private static bool Draws(KeptReceipt receipt) =>
        receipt.Operation is Operation.Sale or Operation.Auth or Operation.Increment;

    private static Fate FateOf(KeptReceipt receipt, LedgerRow[] rows)
    {
        if (rows.Length == 0) return Fate.Lost;
        if (rows.Length > 1) return Fate.Doubled;
        var row = rows[0];
        var agrees = receipt.Operation switch
        {
            Operation.Sale when !receipt.Held => row.PaidMinor == receipt.AmountMinor && row.Lease == receipt.Lease,
            Operation.Sale or Operation.Auth or Operation.Increment =>
                row.HeldMinor == receipt.AmountMinor && row.Lease == receipt.Lease,
            Operation.Capture or Operation.Confirm => row.PaidMinor == receipt.AmountMinor,
            Operation.Refund => row.PaidMinor == -receipt.AmountMinor,
            _ => row.PaidMinor <= 0,   // VOID and REVERSE only give back.
        };
        return agrees ? Fate.Settled : Fate.WrongAmount;
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
