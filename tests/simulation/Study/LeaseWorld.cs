using MqttPay.Payments;

namespace MqttPay.Simulation.Study;

/// <summary>
/// One fleet under one rule and one pattern of outages. Fleet, links and the cloud's balances are modelled; what is
/// approved, which lease is due and how large it gets is decided by the classes that edges and cloud run.
/// </summary>
internal sealed partial class LeaseWorld
{
    public const long LargestMinor = 200_00;
    public const long FloatMinor = 50_00;
    public const int Currency = 978;

    /// <summary>A batch is sealed, sent and acknowledged within this time while the link is up.</summary>
    private const long PostSeconds = 5;

    private const long SweepSeconds = 3_600;

    private readonly Fleet fleet;
    private readonly SizingRule rule;
    private readonly Policy policy;
    private readonly PlannedPayer[] plans;
    private readonly SimPayer[] payers;
    private readonly SimSite[] sites;
    private readonly Seat[] seats;
    private readonly PriorityQueue<Action, (long Time, long Order)> agenda = new();
    private readonly long measuredFrom;
    private long order;
    private long now;
    private long leases;
    private long lockedMinor;
    private long fundsMinor;

    public LeaseWorld(Fleet fleet, SizingRule rule, IReadOnlyList<Outage> outages)
    {
        (this.fleet, this.rule) = (fleet, rule);
        policy = new() { Version = 1, Currency = Currency, LowWaterBasisPoints = rule.LowWaterBasisPoints };
        plans = [.. fleet.Payers];
        payers = [.. plans.Select(_ => new SimPayer())];
        sites = [.. Enumerable.Range(0, fleet.Plan.Edges).Select(_ => new SimSite())];
        seats = [.. plans.SelectMany((plan, payer) => plan.Edges.Select(edge =>
            new Seat(payer, edge, fleet.Plan.EndDay)))];
        foreach (var seat in seats) sites[seat.Edge].Seats.Add(seat);
        measuredFrom = (long)fleet.Plan.MeasuredFromDay * FleetPlan.Day;
        now = (long)fleet.Plan.StartDay * FleetPlan.Day;
        foreach (var outage in outages)
        {
            At(outage.From, () => Cut(sites[outage.Edge]));
            At(outage.Until, () => Restore(sites[outage.Edge]));
        }
    }

    public Tally Tally { get; } = new();

    /// <summary>All that payers ever put in, and the first balances.</summary>
    public long FundedMinor { get; private set; }

    /// <summary>Paid out of payers' leases, or by payers for the float.</summary>
    public long PaidMinor { get; private set; }

    public long FundsMinor => payers.Sum(payer => payer.FundsMinor);

    public long LeastAvailableMinor => payers.Min(payer => payer.AvailableMinor);

    public long LockedMinor => payers.Sum(payer => payer.LockedMinor);

    public Tally Run()
    {
        var end = (long)fleet.Plan.EndDay * FleetPlan.Day;
        foreach (var visit in fleet.Visits.Where(visit => visit.Second < now))
        {
            SeatOf(visit).Days[visit.Second / FleetPlan.Day] += visit.AmountMinor;
            SeatOf(visit).Device.Settled++;
        }

        for (var payer = 0; payer < payers.Length; payer++) Fund(payer, plans[payer].TargetMinor);
        for (var at = now; at < end; at += SweepSeconds) At(at, Sweep);
        foreach (var visit in fleet.Visits.Where(visit => visit.Second >= now))
        {
            RunTo(visit.Second);
            Pay(visit);
        }

        RunTo(end);
        Tally.FloatLossMinor = payers.Sum(payer => payer.DebtMinor);
        return Tally;
    }

    private bool IsMeasured => now >= measuredFrom;

    private int Today => (int)(now / FleetPlan.Day);

    private Seat SeatOf(Visit visit) => seats[plans[visit.Payer].FirstSeat + visit.Choice];

    private void At(long time, Action happens) => agenda.Enqueue(happens, (time, order++));

    private void RunTo(long time)
    {
        while (agenda.TryPeek(out var happens, out var key) && key.Time <= time)
        {
            agenda.Dequeue();
            now = Math.Max(now, key.Time);
            happens();
        }

        now = Math.Max(now, time);
    }

    private void Cut(SimSite site)
    {
        Post(site);
        (site.IsUp, site.DownSince) = (false, now);
    }

    /// <summary>The link is back: approvals are posted, ended leases close, what ran low is asked for.</summary>
    private void Restore(SimSite site)
    {
        site.IsUp = true;
        At(now + PostSeconds, () =>
        {
            if (!site.IsUp) return;
            Post(site);
            foreach (var lease in site.WaitingToClose) Close(site, lease);
            site.WaitingToClose.Clear();
            AskForAll(site);
        });
    }

    private void Sweep()
    {
        if (now % FleetPlan.Day == 0)
            for (var payer = 0; payer < payers.Length; payer++)
                if (Today % 7 == plans[payer].Payday && Today < plans[payer].LastFundedDay)
                    Fund(payer, plans[payer].TargetMinor);
        if (IsMeasured) Sample();
        foreach (var site in sites)
        {
            if (!site.IsUp) continue;
            Post(site);
            AskForAll(site);
        }
    }

    private void Sample()
    {
        var share = fundsMinor == 0 ? 0 : lockedMinor * 1_000_000 / fundsMinor;
        (Tally.Samples, Tally.LockedShareSum) = (Tally.Samples + 1, Tally.LockedShareSum + share);
        Tally.LockedShareMax = Math.Max(Tally.LockedShareMax, share);
        foreach (var site in sites)
        {
            Tally.EdgeSamples++;
            Tally.AtStakeSumMinor += site.AtStakeMinor;
            Tally.AtStakeMaxMinor = Math.Max(Tally.AtStakeMaxMinor, site.AtStakeMinor);
        }
    }
}
