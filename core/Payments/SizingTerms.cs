namespace MqttPay.Payments;

/// <summary>
/// What the operator sets for the size of leases. Amounts in minor units; the defaults are those of the lease study.
/// </summary>
public sealed record SizingTerms
{
    /// <summary>How long a gateway is expected to be alone, in days: spending is looked at in such stretches.</summary>
    public int OutageDays { get; init; } = 1;

    /// <summary>
    /// The share of all stretches, those without a payment among them, whose spending is the measure: who comes rarely
    /// gets nothing put by.
    /// </summary>
    public int QuantileBasisPoints { get; init; } = 8_500;

    /// <summary>
    /// Multiplies the measure: an outage begins with anything between the low-water mark and a full lease.
    /// </summary>
    public int ReserveBasisPoints { get; init; } = 2 * Limits.Whole;

    /// <summary>The smallest lease of an account whose spending here is too new to say much.</summary>
    public long NewcomerMinor { get; init; } = 10_00;

    /// <summary>
    /// A lease that no payment waits for takes at most this share of what the payer has outside of other edges' leases:
    /// the rest stays within reach of every edge that has a link.
    /// </summary>
    public int ShareBasisPoints { get; init; } = Limits.Whole / 2;

    /// <summary>No lease is larger.</summary>
    public required long LargestMinor { get; init; }
}
