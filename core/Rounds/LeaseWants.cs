using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>Which leases an edge should ask for: none yet, running low, soon out of time, or not fresh.</summary>
public static class LeaseWants
{
    /// <summary>A lease is renewed when this share of its spending time is over.</summary>
    public const int RenewPercent = 80;

    /// <summary>A policy without any grace would have every lease renewed on every turn.</summary>
    internal const int FreshSecondsMin = 600;

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

        return [.. purses.Where(purse => book.ActiveLease(purse) is var lease
            && (Wants(lease, policy, book.ElapsedSeconds) || IsOld(lease!, policy, book.ElapsedSeconds)))];
    }

    /// <summary>Is a purse with this active lease, or with none, due for another one?</summary>
    internal static bool Wants(Lease? lease, Policy policy, long elapsedSeconds)
    {
        if (lease is null) return true;
        if (lease.RemainingMinor < Payments.Limits.Shrink(lease.LimitMinor, policy.LowWaterBasisPoints)) return true;
        return (elapsedSeconds - lease.SinceSeconds) * 100 >= lease.SpendSeconds * (long)RenewPercent;
    }

    /// <summary>
    /// A payer's lease beyond the policy's grace shrinks his limits and sends his payments online, so a new one is
    /// fetched while that costs nobody time. The float's age matters to nobody.
    /// </summary>
    internal static bool IsOld(Lease lease, Policy policy, long elapsedSeconds) =>
        !lease.IsFloat && elapsedSeconds - lease.SinceSeconds >= Math.Max(policy.GraceSeconds, FreshSecondsMin);
}
