namespace MqttPay.Simulation.Study;

/// <summary>A payer's money as the cloud has it.</summary>
internal sealed class SimPayer
{
    /// <summary>Outside of all leases.</summary>
    public long AvailableMinor { get; set; }

    /// <summary>Unspent in leases.</summary>
    public long LockedMinor { get; set; }

    /// <summary>Paid by the float and not repaid.</summary>
    public long DebtMinor { get; set; }

    /// <summary>Since when the deny list has it; it pays nothing at edges that know.</summary>
    public long DeniedSince { get; set; } = long.MaxValue;

    public long FundsMinor => AvailableMinor + LockedMinor;
}
