namespace MqttPay.Payments;

/// <summary>What the operator sets for the size of leases. Amounts in minor units.</summary>
public sealed record SizingTerms
{
    /// <summary>How long a gateway is expected to be alone, in days: a lease should last that long.</summary>
    public int OutageDays { get; init; } = 1;

    /// <summary>The share of such stretches of time, among those with a payment, that a lease should cover.</summary>
    public int QuantileBasisPoints { get; init; } = 9_500;

    /// <summary>
    /// Multiplies the quantile: an outage begins with anything between the low-water mark and a full lease.
    /// </summary>
    public int ReserveBasisPoints { get; init; } = 10_000;

    /// <summary>The smallest lease of an account that is new at this edge, about which its spending says little.</summary>
    public long NewcomerMinor { get; init; } = 10_00;

    /// <summary>
    /// A lease that no payment waits for takes at most this share of what the payer has outside of other edges' leases:
    /// the rest stays within reach of every edge that has a link.
    /// </summary>
    public int ShareBasisPoints { get; init; } = Limits.Whole;

    /// <summary>No lease is larger.</summary>
    public required long LargestMinor { get; init; }
}
