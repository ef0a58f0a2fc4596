namespace MqttPay.FirmwareSim.Devices;

/// <summary>All that can happen to a device.</summary>
internal abstract record DeviceInput
{
    private DeviceInput() { }

    internal sealed record Connected : DeviceInput;

    internal sealed record Disconnected : DeviceInput;

    internal sealed record ConfigArrived(byte[] Message) : DeviceInput;

    internal sealed record ReplyArrived(byte[] Message) : DeviceInput;

    /// <summary>The broker took these bytes. For a voucher that is all that ever comes; else it says nothing.</summary>
    internal sealed record Acknowledged(byte[] Message) : DeviceInput;

    /// <summary>Somebody stands in front of the device and wants something.</summary>
    internal sealed record Asked(Wish Wish) : DeviceInput;

    /// <summary>The time of the last <see cref="DeviceEffect.WakeAt"/> has come.</summary>
    internal sealed record Woken : DeviceInput;
}
