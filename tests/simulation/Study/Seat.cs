using MqttPay.Rounds;

namespace MqttPay.Simulation.Study;

/// <summary>One payer at one edge: the lease in use, what the edge remembers, what the cloud booked.</summary>
internal sealed class Seat(int payer, int edge, int days)
{
    public int Payer { get; } = payer;

    public int Edge { get; } = edge;

    public OpenLease? Active { get; set; }

    public AccountRecord Record { get; } = new();

    /// <summary>A payer has one device per edge here.</summary>
    public DeviceRecord Device { get; } = new();

    /// <summary>Posted spending at this edge per day, the history included.</summary>
    public long[] Days { get; } = new long[days];

    /// <summary>Nothing is asked for in the background before: the cloud said that nothing is due.</summary>
    public long QuietUntil { get; set; }

    public int SizedOnDay { get; set; } = -1;

    public long SizedMinor { get; set; }
}
