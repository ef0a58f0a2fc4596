namespace MqttPay.Simulation.Study;

/// <summary>One edge: its link, its float, what it has approved and the cloud does not know yet.</summary>
internal sealed class SimSite
{
    public bool IsUp { get; set; } = true;

    /// <summary>When the cloud last answered, if the link is down.</summary>
    public long DownSince { get; set; }

    public OpenLease? Float { get; set; }

    public Queue<(long At, Seat Seat, OpenLease Lease, long AmountMinor)> Unposted { get; } = [];

    /// <summary>Stopped leases whose end the cloud will hear of when the link is back.</summary>
    public List<OpenLease> WaitingToClose { get; } = [];

    public long ExposureMinor { get; set; }

    /// <summary>
    /// What would be lost if this edge vanished now: its leases by the cloud's books, the float among them.
    /// </summary>
    public long AtStakeMinor { get; set; }

    public List<Seat> Seats { get; } = [];

    public long DenyAge(long now) => IsUp ? 0 : now - DownSince;
}
