namespace MqttPay.Settlement;

/// <summary>What a batch does to one account.</summary>
/// <param name="Entries">How many legs it has there.</param>
public readonly record struct AccountMove(long BalanceMinor, long HeldMinor, long Entries);

/// <summary>What a batch does to a payee's day.</summary>
public readonly record struct PayeeMove(long PaidCount, long PaidMinor, long BackCount, long BackMinor);

/// <summary>Nets the rows of a batch per account, so that each account is written once.</summary>
public static class Postings
{
    public static SortedDictionary<long, AccountMove> ByAccount(Reconciled batch)
    {
        var moves = new SortedDictionary<long, AccountMove>();
        foreach (var row in batch.Payments)
        {
            Leg(moves, row.Source, -row.PaidMinor);
            Leg(moves, row.Target, row.PaidMinor);
        }

        foreach (var row in batch.Transfers)
        {
            Leg(moves, row.Debit, -row.AmountMinor);
            Leg(moves, row.Credit, row.AmountMinor);
        }

        foreach (var held in batch.HeldMoves)
        {
            var move = moves.GetValueOrDefault(held.Account);
            moves[held.Account] = move with { HeldMinor = move.HeldMinor + held.DeltaMinor };
        }

        return moves;
    }

    /// <summary>Counts payments, and transfers of the kinds that a payee's day shows.</summary>
    public static SortedDictionary<long, PayeeMove> ByPayee(Reconciled batch, Func<long, bool> isPayee)
    {
        var days = new SortedDictionary<long, PayeeMove>();
        foreach (var row in batch.Payments.Where(row => isPayee(row.Target))) Count(days, row.Target, row.PaidMinor);
        foreach (var row in batch.Transfers.Where(row => CountsForPayee(row.Kind)))
        {
            if (isPayee(row.Credit)) Count(days, row.Credit, row.AmountMinor);
            if (isPayee(row.Debit)) Count(days, row.Debit, -row.AmountMinor);
        }

        return days;
    }

    public static bool CountsForPayee(TransferKind kind) =>
        kind is TransferKind.Dispute or TransferKind.Resolve or TransferKind.Correction or TransferKind.HoldEnd;

    private static void Leg(SortedDictionary<long, AccountMove> moves, long account, long amountMinor)
    {
        var move = moves.GetValueOrDefault(account);
        moves[account] = move with { BalanceMinor = move.BalanceMinor + amountMinor, Entries = move.Entries + 1 };
    }

    private static void Count(SortedDictionary<long, PayeeMove> days, long payee, long amountMinor)
    {
        if (amountMinor == 0) return;
        var day = days.GetValueOrDefault(payee);
        days[payee] = amountMinor > 0
            ? day with { PaidCount = day.PaidCount + 1, PaidMinor = day.PaidMinor + amountMinor }
            : day with { BackCount = day.BackCount + 1, BackMinor = day.BackMinor - amountMinor };
    }
}
