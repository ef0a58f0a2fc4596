using MqttPay.Payments;

namespace MqttPay.Rounds;

/// <summary>What the edge remembers of one key.</summary>
internal sealed class DeviceRecord
{
    public DeviceChain Chain { get; set; }

    public Spending Unacknowledged { get; set; }

    /// <summary>Approvals that the float paid for: whose account that is, the journal does not say.</summary>
    public DayWindow OnFloat { get; } = new();

    /// <summary>Approvals that the cloud has acknowledged.</summary>
    public int Settled { get; set; }

    /// <summary>
    /// The newest epoch in which two valid contents came under one name, 0 for none: two devices hold this key. The
    /// cloud reinstates it with a higher epoch.
    /// </summary>
    public uint ConflictedEpoch { get; set; }

    /// <summary>Sequences up to here may have been decided in a part of the history that was given up.</summary>
    public long ForgottenThrough { get; set; }
}
