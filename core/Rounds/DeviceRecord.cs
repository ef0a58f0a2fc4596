using MqttPay.Payments;

namespace MqttPay.Rounds;

/// <summary>What the edge remembers of one key.</summary>
internal sealed class DeviceRecord
{
    public DeviceChain Chain { get; set; }

    public Spending Unacknowledged { get; set; }

    /// <summary>Two valid contents under one name were seen: two devices hold this key.</summary>
    public bool Conflicted { get; set; }
}
