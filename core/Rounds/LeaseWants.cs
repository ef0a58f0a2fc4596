using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>Which leases an edge should ask for: none yet, running low, or soon out of time.</summary>
public static class LeaseWants
{
    /// <summary>A lease is renewed when this share of its spending time is over.</summary>
    private const int RenewPercent = 80;

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

        return [.. purses.Where(purse => Wants(book, policy, purse))];
    }

    private static bool Wants(EdgeBook book, Policy policy, Purse purse)
    {
        if (book.ActiveLease(purse) is not { } lease) return true;
        if (lease.RemainingMinor < Payments.Limits.Shrink(lease.LimitMinor, policy.LowWaterBasisPoints)) return true;
        return (book.ElapsedSeconds - lease.SinceSeconds) * 100 >= lease.SpendSeconds * (long)RenewPercent;
    }
}
