using MqttPay.Payments;
using MqttPay.Rounds;

namespace MqttPay.Simulation.Study;

/// <summary>The cloud's side: balances, grants sized by the rule, postings, closed leases, debts.</summary>
internal sealed partial class LeaseWorld
{
    private void AskForAll(SimSite site)
    {
        if (rule.WithFloat && LeaseWants.Wants(site.Float?.Lease, policy, now)) GrantFloat(site);
        foreach (var seat in site.Seats)
        {
            Expire(site, seat);
            AskFor(site, seat);
        }
    }

    /// <summary>What the edge asks for by itself, in the background.</summary>
    private void AskFor(SimSite site, Seat seat)
    {
        if (now < seat.QuietUntil || Today < plans[seat.Payer].FirstDay) return;
        var isOld = rule.FreshSeconds > 0 && seat.Active is { } active
            && now - active.Lease.SinceSeconds >= rule.FreshSeconds;
        if (!isOld && !LeaseWants.Wants(seat.Active?.Lease, policy, now)) return;
        if (IsMeasured) Tally.BackgroundAsks++;
        if (!Grant(site, seat, 0)) seat.QuietUntil = now + FleetPlan.Day;
    }

    /// <summary>Moves money into a lease. A payment that waits gets what it needs, if there is as much.</summary>
    private bool Grant(SimSite site, Seat seat, long needed)
    {
        var payer = payers[seat.Payer];
        if (payer.DebtMinor > 0) return false;
        var old = seat.Active;
        var runsOut = old is not null
            && (now - old.Lease.SinceSeconds) * 100 >= old.Lease.SpendSeconds * (long)LeaseWants.RenewPercent;
        var need = new LeaseNeed(
            SizeFor(seat, payer), needed, old?.BookedMinor ?? 0, runsOut, payer.AvailableMinor);
        var size = LeaseSizing.GrantMinor(need, rule.Terms);
        if (size == 0) return false;
        if (IsMeasured) Tally.Grants++;
        payer.AvailableMinor -= size;
        payer.LockedMinor += size;
        lockedMinor += size;
        site.AtStakeMinor += size;
        var account = new AccountId((ulong)seat.Payer + 1);
        seat.Active = new(new(++leases, account, Currency, size, now, rule.SpendSeconds));
        if (old is not null) Stop(site, old);
        return true;
    }

    /// <summary>
    /// The payer has the money, but in leases elsewhere: those that can be reached are stopped, and it is home soon.
    /// </summary>
    private bool Recall(Seat seat, long amount)
    {
        var payer = payers[seat.Payer];
        if (!rule.Recalls || payer.DebtMinor > 0 || payer.FundsMinor < amount) return false;
        var (plan, back) = (plans[seat.Payer], payer.AvailableMinor);
        for (var choice = 0; choice < plan.Edges.Length; choice++)
        {
            var other = seats[plan.FirstSeat + choice];
            if (!sites[other.Edge].IsUp || other.Active is not { } lease) continue;
            if (lease.LastSale + policy.ReverseSeconds > now) continue;   // Not home in time.
            back += lease.Lease.RemainingMinor;
            other.Active = null;
            other.QuietUntil = now + SweepSeconds;
            Stop(sites[other.Edge], lease);
        }

        return back >= amount;
    }

    /// <summary>The rule runs once a day per account and edge, as a batch would.</summary>
    private long SizeFor(Seat seat, SimPayer payer)
    {
        if (seat.SizedOnDay == Today) return seat.SizedMinor;
        var known = Today - plans[seat.Payer].FirstDay;
        if (plans[seat.Payer].FirstDay == 0) known = LeaseSizing.HistoryDays;
        var from = Math.Max(Today - LeaseSizing.HistoryDays, plans[seat.Payer].FirstDay);
        var days = seat.Days.AsSpan(from, Math.Max(0, Today - from));
        (seat.SizedOnDay, seat.SizedMinor) = (Today, rule.Size(new(days, known, payer.AvailableMinor)));
        return seat.SizedMinor;
    }

    /// <summary>The operator's own money: as much as the edge's terms say, as often as it runs low.</summary>
    private void GrantFloat(SimSite site)
    {
        if (IsMeasured) Tally.BackgroundAsks++;
        var old = site.Float;
        site.Float = new(new(++leases, null, Currency, FloatMinor, now, rule.SpendSeconds));
        site.AtStakeMinor += FloatMinor;
        if (old is not null) Stop(site, old);
    }

    /// <summary>Everything approved a while ago is acknowledged and posted.</summary>
    private void Post(SimSite site)
    {
        while (site.Unposted.TryPeek(out var approval) && approval.At + PostSeconds <= now)
        {
            var (_, seat, lease, amount) = site.Unposted.Dequeue();
            seat.Device.Unacknowledged = seat.Device.Unacknowledged.Remove(amount);
            seat.Device.Settled++;
            site.ExposureMinor -= amount;
            site.AtStakeMinor -= amount;
            lease.PostedMinor += amount;
            seat.Days[Today] += amount;
            if (lease.Lease.IsFloat) Charge(seat.Payer, amount);
            else seat.Record.Unacknowledged = seat.Record.Unacknowledged.Remove(amount);
        }
    }

    private void Close(SimSite site, OpenLease lease)
    {
        var rest = lease.Lease.RemainingMinor;
        Invariant.Holds(rest == lease.BookedMinor);   // Rule T: nothing goes home before all of it is posted.
        site.AtStakeMinor -= rest;
        if (lease.Lease.Account is not { } account) return;
        var payer = payers[account.Value - 1];
        payer.LockedMinor -= rest;
        payer.AvailableMinor += rest;
        lockedMinor -= rest;
    }

    /// <summary>What the float paid is the payer's to repay; who cannot is denied until the next funding.</summary>
    private void Charge(int number, long amount)
    {
        var payer = payers[number];
        var paid = payer.AvailableMinor >= amount ? amount : 0;
        payer.AvailableMinor -= paid;
        (fundsMinor, PaidMinor) = (fundsMinor - paid, PaidMinor + paid);
        if (paid == amount) return;
        if (IsMeasured) Tally.FloatDebtMinor += amount;
        payer.DebtMinor += amount;
        payer.DeniedSince = Math.Min(payer.DeniedSince, now);
    }

    /// <summary>Fills an account up to what its payer keeps there; debts come first.</summary>
    private void Fund(int number, long target)
    {
        var payer = payers[number];
        var put = target - payer.FundsMinor + payer.DebtMinor;
        if (put <= 0) return;
        FundedMinor += put;
        var repaid = Math.Min(put, payer.DebtMinor);
        payer.DebtMinor -= repaid;
        if (payer.DebtMinor == 0) payer.DeniedSince = long.MaxValue;
        payer.AvailableMinor += put - repaid;
        (fundsMinor, PaidMinor) = (fundsMinor + put - repaid, PaidMinor + repaid);
    }
}
