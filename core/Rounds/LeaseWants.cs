using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>Which leases an edge should ask for: none yet, running low, or soon out of time.</summary>
public static class LeaseWants
{
    /// <summary>A lease is renewed when this share of its spending time is over.</summary>
    internal const int RenewPercent = 80;

    /// <summary>The purses of active devices here, and the float, that want a lease; in order of account.</summary>
    public static IReadOnlyList<Purse> Of(EdgeBook book, EdgeRoster roster)
    {
        if (book.Policy is not { } policy || book.Frozen is not FreezeCause.None) return [];
        var purses = new SortedSet<Purse>(Comparer<Purse>.Create(static (left, right) =>
            (left.Account?.Value ?? 0, left.Currency).CompareTo((right.Account?.Value ?? 0, right.Currency))));
        if (roster.Count > 0) purses.Add(new(null, policy.Currency));
        foreach (var device in roster.Devices)
        {
            if (device.Status != RosterDevice.Active || book.IsDenied(device.Key.Id, device.Epoch)) continue;
            foreach (var (account, currency) in device.Accounts) purses.Add(new(account, currency));
        }

        return [.. purses.Where(purse => Wants(book.ActiveLease(purse), policy, book.ElapsedSeconds))];
    }

    /// <summary>Is a purse with this active lease, or with none, due for another one?</summary>
    internal static bool Wants(Lease? lease, Policy policy, long elapsedSeconds)
    {
        if (lease is null) return true;
        if (lease.RemainingMinor < Payments.Limits.Shrink(lease.LimitMinor, policy.LowWaterBasisPoints)) return true;
        return (elapsedSeconds - lease.SinceSeconds) * 100 >= lease.SpendSeconds * (long)RenewPercent;
    }
}
