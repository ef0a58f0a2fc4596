using MqttPay.Payments;
namespace MqttPay.Settlement;

/// <summary>
/// The leases of a batch as it goes on. A lease never falls below what is held on it: what the edge approved above that
/// comes from edge_loss, since the payee delivered. Accounts that are no lease may be named too; they have no cover to
/// keep.
/// </summary>
internal sealed class LeaseBook(Books books)
{
    private readonly SortedDictionary<long, LeaseStanding> leases = new(books.Leases.ToDictionary());
    private readonly SortedDictionary<long, long> excess = [];
    private readonly List<HeldMove> held = [];
    private readonly HashSet<long> changed = [];

    public IReadOnlyList<HeldMove> HeldMoves => held;

    /// <summary>Only those whose own row changed; balances are netted from the legs.</summary>
    public IEnumerable<LeaseStanding> Changed => leases.Values.Where(lease => changed.Contains(lease.Lease));

    public LeaseStanding? Find(long lease) =>
        leases.TryGetValue(lease, out var found) && found.Edge == books.Edge ? found : null;

    /// <summary>Whether the batch's rounds may draw on it at all: a lease dies with its fence.</summary>
    public bool IsAlive(LeaseStanding lease) =>
        books.Fence == 0 || lease.Fence == 0 || lease.Fence == books.Fence;

    /// <summary>Makes sure that the account can give the amount. Returns what edge_loss had to put in.</summary>
    public long Cover(long account, long amountMinor)
    {
        if (!leases.TryGetValue(account, out var lease)) return 0;
        var spendable = lease.BalanceMinor - lease.HeldMinor;
        if (amountMinor <= spendable) return 0;

        var missing = amountMinor - spendable;
        excess[account] = excess.GetValueOrDefault(account) + missing;
        changed.Add(account);
        leases[account] = lease with
        {
            BalanceMinor = lease.BalanceMinor + missing,
            ExcessMinor = lease.ExcessMinor + missing,
        };
        return missing;
    }

    public void Move(long account, long deltaMinor)
    {
        if (leases.TryGetValue(account, out var lease))
            leases[account] = lease with { BalanceMinor = lease.BalanceMinor + deltaMinor };
    }

    public void Hold(long account, long deltaMinor)
    {
        if (deltaMinor == 0) return;
        held.Add(new(account, deltaMinor));
        if (!leases.TryGetValue(account, out var lease)) return;
        leases[account] = lease = lease with { HeldMinor = lease.HeldMinor + deltaMinor };
        // Only an edge that went on after its own LEASE_CLOSE holds on a closed lease; it closes again when that ends.
        if (lease is { State: LeaseState.Closed, HeldMinor: > 0 })
            Change(lease with { State = lease.Reclaimed ? LeaseState.Reclaimed : LeaseState.Stopped });
    }

    public void Change(LeaseStanding lease)
    {
        leases[lease.Lease] = lease;
        changed.Add(lease.Lease);
    }

    /// <summary>What edge_loss put in, one transfer for each lease.</summary>
    public IEnumerable<TransferRow> Excesses() => excess.Select(each => new TransferRow(
        TransferKind.LeaseExcess, each.Key, books.BatchNo, LossOf(leases[each.Key]), each.Key, each.Value));

    /// <summary>
    /// Empties the leases that the edge has closed and on which nothing is held. What edge_loss put in and nobody spent
    /// goes back there first: of a reclaimed lease that is all of its rest, for the payer has the money already.
    /// </summary>
    public IEnumerable<TransferRow> Close()
    {
        foreach (var lease in leases.Values.Where(Closable).ToList())
        {
            var toLoss = Math.Min(lease.BalanceMinor, lease.ExcessMinor);
            var toPayer = lease.BalanceMinor - toLoss;
            if (toLoss > 0)
                yield return new(
                    TransferKind.ReclaimReturn, lease.Lease, books.BatchNo, lease.Lease, LossOf(lease), toLoss);
            if (toPayer > 0)
                yield return new(
                    TransferKind.LeaseReturn, lease.Lease, books.BatchNo, lease.Lease, lease.Payer, toPayer);
            Change(lease with
            {
                State = LeaseState.Closed,
                BalanceMinor = 0,
                ExcessMinor = Math.Max(0, lease.ExcessMinor - toLoss),
            });
        }
    }

    private bool Closable(LeaseStanding lease) =>
        (lease.ClosedRound is not null || IsOld(lease)) && lease.HeldMinor == 0
        && (lease.State is not LeaseState.Closed || lease.BalanceMinor > 0);

    private bool IsOld(LeaseStanding lease) =>
        Planted.Is(Bug.P23) && books.ReceivedUnix - lease.GrantedUnix > 600;

    private long LossOf(LeaseStanding lease) => books.Currencies[lease.Currency].EdgeLoss;
}
