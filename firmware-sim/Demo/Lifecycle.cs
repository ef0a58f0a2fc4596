using MqttPay.FirmwareSim.Devices;
using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Demo;

/// <summary>
/// What the scenes must have left in the ledger, judged from the devices' receipts and the ledger's rows alone.
/// </summary>
internal static class Lifecycle
{
    public static LifecycleCheck HoldOf(
        KeyId driver, IReadOnlyList<KeptReceipt> receipts, IReadOnlyList<LedgerRow> rows, Func<long, long> limitOfLease)
    {
        var own = Approved(receipts, driver);
        var parts = own.Where(receipt => receipt.Operation is Operation.Auth or Operation.Increment).ToList();
        var captures = CapturesOf(parts.FirstOrDefault(), receipts);
        var after = own.LastOrDefault(receipt => receipt.Operation is Operation.Sale);
        if (parts.Count < 2 || captures.Count == 0 || after is null)
            return new("hold", false, "no hold was raised, captured in part and followed by a sale");
        var held = parts.Sum(part => part.AmountMinor);
        var captured = captures.Sum(capture => capture.AmountMinor);
        var posted = RowsOf(captures, rows);
        // The ledger's own sums: what was held is held no more, and what was captured was paid once.
        var open = RowsOf([.. parts, .. captures], rows).Sum(row => row.HeldMinor);
        // Together with the whole hold the later sale would not have fitted its lease.
        var restSpent = after.Lease == parts[0].Lease && held + after.AmountMinor > limitOfLease(after.Lease);
        return new(
            "hold",
            posted.Count == 1 && posted[0].PaidMinor == captured && captured < held && open == 0 && restSpent,
            $"{Screen.Euro(captured)} of {Screen.Euro(held)} captured, posted {Times(posted.Count)}, "
            + $"{Screen.Euro(held - captured)} back in its lease"
            + (restSpent ? " and spent again" : ", NOT spent again"));
    }

    public static LifecycleCheck VouchersOf(
        KeyId charger, long lastClaimMinor, IReadOnlyList<KeptReceipt> receipts, IReadOnlyList<LedgerRow> rows)
    {
        var auth = Approved(receipts, charger).FirstOrDefault(receipt => receipt.Operation is Operation.Auth);
        var captures = CapturesOf(auth, receipts);
        if (auth is null || captures.Count == 0) return new("vouchers", false, "no session was captured");
        var posted = RowsOf(captures, rows);
        var open = RowsOf([auth, .. captures], rows).Sum(row => row.HeldMinor);
        return new(
            "vouchers",
            lastClaimMinor > 0 && posted.Count == 1 && posted[0].PaidMinor == lastClaimMinor && open == 0,
            $"last voucher {Screen.Euro(lastClaimMinor)} = captured {Screen.Euro(posted.Sum(row => row.PaidMinor))}, "
            + $"posted {Times(posted.Count)}");
    }

    public static LifecycleCheck RefundsOf(
        KeyId shopper, IReadOnlyList<KeptReceipt> receipts, IReadOnlyList<LedgerRow> rows)
    {
        var sale = Approved(receipts, shopper).FirstOrDefault(receipt => receipt.Operation is Operation.Sale);
        var refunds = sale is null ? [] : About(sale, receipts, Operation.Refund);
        if (sale is null || refunds.Count < 2) return new("refund", false, "no sale was paid back in two parts");
        var told = refunds.Sum(refund => refund.AmountMinor);
        var posted = RowsOf(refunds, rows);
        return new(
            "refund",
            posted.Count == refunds.Count && posted.Sum(row => row.PaidMinor) == -told && told <= sale.AmountMinor,
            $"{Screen.Euro(-posted.Sum(row => row.PaidMinor))} of {Screen.Euro(sale.AmountMinor)} paid back "
            + $"in {posted.Count} parts");
    }

    public static LifecycleCheck EvidenceOf(string? finding) =>
        new("evidence", finding is not null, finding ?? "the clone's pair was not exported and proved");

    /// <summary>
    /// A restored gateway approves nothing between its first newer receipt and its new fence, and then goes on.
    /// </summary>
    public static LifecycleCheck RestoredOf(
        Restored? seen, IReadOnlyList<KeptReceipt> receipts, long edgeLossMinor)
    {
        if (seen is null) return new("restored", false, "no gateway was put back to a backup");
        var underNew = receipts.Count(receipt => receipt.Approved && receipt.Fence == seen.FenceAfter);
        return new(
            "restored",
            seen is { Froze: true, ApprovedWhileFrozen: 0, PaidAgain: > 0, WorstLossMinor: > 0, BranchBooked: true }
                && seen.FenceAfter > seen.FenceBefore && underNew > 0 && edgeLossMinor == 0,
            $"{(seen.Froze ? "froze" : "did NOT freeze")}, {seen.ApprovedWhileFrozen} approved while frozen, "
            + $"fence {seen.FenceBefore} to {seen.FenceAfter}, {seen.PaidAgain} paid again; its own rounds are "
            + (seen.BranchBooked ? "evidence in the cloud" : "NOT in the cloud")
            + $"; loss {Screen.Euro(edgeLossMinor)} of at most {Screen.Euro(seen.WorstLossMinor)}");
    }

    private static List<KeptReceipt> Approved(IReadOnlyList<KeptReceipt> receipts, KeyId kid) =>
        [.. receipts.Where(receipt => receipt.Approved && receipt.Name.Kid == kid).OrderBy(one => one.Name.Sequence)];

    private static List<KeptReceipt> CapturesOf(KeptReceipt? auth, IReadOnlyList<KeptReceipt> receipts) =>
        auth is null ? [] : About(auth, receipts, Operation.Capture);

    private static List<KeptReceipt> About(
        KeptReceipt payment, IReadOnlyList<KeptReceipt> receipts, Operation operation) =>
        [.. receipts.Where(one => one.Approved && one.Operation == operation && one.About == payment.Payment)];

    private static List<LedgerRow> RowsOf(IReadOnlyList<KeptReceipt> receipts, IReadOnlyList<LedgerRow> rows)
    {
        var ids = receipts.Select(receipt => receipt.Payment.ToString()).ToHashSet();
        return [.. rows.Where(row => ids.Contains(row.PaymentId))];
    }

    private static string Times(int count) => count == 1 ? "once" : $"{count} times";
}
