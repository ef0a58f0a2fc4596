using MqttPay.Payments;

namespace MqttPay.Simulation.Study;

/// <summary>The edge's side: the product's rules decide a payment, and ask the cloud when they say so.</summary>
internal sealed partial class LeaseWorld
{
    private const Evidence WantsMoney =
        Evidence.LeaseLow | Evidence.LeaseShort | Evidence.NoLease | Evidence.LeaseStale;

    /// <summary>A device that was told to try again does so after this time.</summary>
    private const long RetrySeconds = 10;

    private void Pay(Visit visit, bool isRetry = false)
    {
        var seat = SeatOf(visit);
        var (site, payer) = (sites[seat.Edge], payers[visit.Payer]);
        if (site.IsUp) Post(site);
        Expire(site, seat);
        seat.QuietUntil = 0;
        var code = DecisionCode.DenyListed;
        var byLease = false;
        if (payer.DeniedSince > (site.IsUp ? now : site.DownSince))
        {
            (code, var evidence) = Decide(site, seat, visit.AmountMinor);
            byLease = evidence.HasFlag(Evidence.LeaseShort) || code is DecisionCode.Insufficient;
        }

        if (byLease && !isRetry && site.IsUp && code is not DecisionCode.Approved && Recall(seat, visit.AmountMinor))
        {
            At(now + RetrySeconds, () => Pay(visit, isRetry: true));
            return;
        }

        Count(visit.AmountMinor, site, payer, code, byLease);
        if (code is DecisionCode.Approved) Spend(site, seat, visit.AmountMinor);
        if (site.IsUp) AskFor(site, seat);
    }

    private (DecisionCode Code, Evidence Evidence) Decide(SimSite site, Seat seat, long amount)
    {
        var request = new PaymentRequest
        {
            Operation = Operation.Sale, Kid = default, Epoch = 1, Sequence = 1, Edge = (uint)seat.Edge,
            AmountMinor = amount, Currency = Currency,
        };
        var verdict = Authorizer.Decide(
            request, StandingOf(site, seat), site.IsUp ? Cloud.NotAsked : Cloud.Unreachable);
        if (!verdict.AskCloud) return (verdict.Code, verdict.Evidence);

        if (IsMeasured) Tally.OnlineAsks++;
        if ((verdict.Evidence & WantsMoney) != 0 && !Grant(site, seat, amount)
            && (seat.Active is not { } kept || kept.Lease.RemainingMinor < amount))
        {
            return (DecisionCode.Insufficient, verdict.Evidence);   // The cloud's own answer is final.
        }

        verdict = Authorizer.Decide(request, StandingOf(site, seat), Cloud.Answered);
        return (verdict.Code, verdict.Evidence);
    }

    private Standing StandingOf(SimSite site, Seat seat)
    {
        var (device, account) = (seat.Device, seat.Record);
        return new()
        {
            Policy = policy,
            Lease = (seat.Active ?? site.Float)?.Lease,
            ElapsedSeconds = now,
            DenyAgeSeconds = site.DenyAge(now),
            Device = device.Unacknowledged,
            DeviceSettled = device.Settled,
            Account = account.Unacknowledged,
            AccountEver = account.Ever,
            AccountHourMinor = account.Approvals.SumWithin(now, 60),
            AccountDayMinor = account.Approvals.SumWithin(now, 24 * 60),
            PayeeExposureMinor = site.ExposureMinor,
            EdgeExposureMinor = site.ExposureMinor,
        };
    }

    private void Spend(SimSite site, Seat seat, long amount)
    {
        var lease = (seat.Active ?? site.Float)!;
        lease.Lease = lease.Lease.Spend(amount);
        lease.LastSale = now;
        seat.Device.Unacknowledged = seat.Device.Unacknowledged.Add(amount);
        site.ExposureMinor += amount;
        site.Unposted.Enqueue((now, seat, lease, amount));
        if (lease.Lease.IsFloat)
        {
            if (IsMeasured) Tally.FloatSpentMinor += amount;
            return;   // The edge keeps an account's sums for what its own leases paid.
        }

        seat.Record.Approve(now, amount);
        payers[seat.Payer].LockedMinor -= amount;
        (lockedMinor, fundsMinor, PaidMinor) = (lockedMinor - amount, fundsMinor - amount, PaidMinor + amount);
        if (lease.Lease.RemainingMinor > 0) return;
        seat.Active = null;   // Spent leases stop, so that they do not keep their payer from the float.
        Stop(site, lease);
    }

    /// <summary>Spending time is over: the lease stops; its rest goes home once the cloud knows everything.</summary>
    private void Expire(SimSite site, Seat seat)
    {
        if (seat.Active is not { } lease || !lease.Lease.TimeIsUp(now)) return;
        seat.Active = null;
        Stop(site, lease);
    }

    private void Stop(SimSite site, OpenLease lease)
    {
        lease.Lease = lease.Lease with { State = LeaseState.Stopped };
        // A sale may be reversed for a while, and then its money is back in this lease.
        At(Math.Max(now, lease.LastSale + policy.ReverseSeconds) + PostSeconds, () =>
        {
            if (!site.IsUp)
            {
                site.WaitingToClose.Add(lease);
                return;
            }

            Post(site);
            Close(site, lease);
        });
    }

    private void Count(long amount, SimSite site, SimPayer payer, DecisionCode code, bool byLease)
    {
        if (!IsMeasured) return;
        var (approved, hasFunds) = (code is DecisionCode.Approved, payer.FundsMinor >= amount);
        Tally.Payments++;
        Tally.Approved += approved ? 1 : 0;
        Tally.ApprovedMinor += approved ? amount : 0;
        Tally.PartitionPayments += site.IsUp ? 0 : 1;
        Tally.PartitionApproved += approved && !site.IsUp ? 1 : 0;
        if (approved) return;
        if (code is DecisionCode.DenyListed) Tally.Denied++;
        else if (!hasFunds) Tally.NoFunds++;
        else if (byLease)
        {
            Tally.FundsElsewhere++;
            Tally.FundsElsewhereMinor += amount;
        }
        else
        {
            Tally.ByLimits++;
            Tally.PartitionByLimits += site.IsUp ? 0 : 1;
        }
    }
}
