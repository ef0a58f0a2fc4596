using MqttPay.Payments;

namespace MqttPay.Simulation.Study;

/// <summary>A lease at its edge, and what the cloud has posted from it so far.</summary>
internal sealed class OpenLease(Lease lease)
{
    public Lease Lease { get; set; } = lease;

    public long PostedMinor { get; set; }

    public long LastSale { get; set; } = long.MinValue / 2;

    /// <summary>What is left of it by the cloud's books: at least what the edge has left.</summary>
    public long BookedMinor => Lease.LimitMinor - PostedMinor;
}
