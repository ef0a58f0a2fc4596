using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>What a device must do, in this order, before it takes the next input.</summary>
internal abstract record DeviceEffect
{
    private DeviceEffect() { }

    /// <summary>Write and sync. What follows in the list may happen only after it.</summary>
    internal sealed record Persist(DeviceState State) : DeviceEffect;

    internal sealed record Publish(byte[] Message) : DeviceEffect;

    /// <summary>Append a checked final reply to the book of receipts.</summary>
    internal sealed record Keep(KeptReceipt Receipt) : DeviceEffect;

    /// <summary>Hand over the goods. Never without a receipt that passed every check.</summary>
    internal sealed record Dispense(RequestName Name, long AmountMinor) : DeviceEffect;

    /// <summary>The open request has ended, with a final code or (null) given up with an unknown outcome.</summary>
    internal sealed record Finished(RequestName Name, Operation Operation, DecisionCode? Code, long AmountMinor)
        : DeviceEffect;

    /// <summary>The wish cannot be taken now.</summary>
    internal sealed record Refused(string Why) : DeviceEffect;

    internal sealed record Hinted(DecisionCode Code) : DeviceEffect;

    /// <summary>A message was no answer to this device, and changed nothing.</summary>
    internal sealed record Ignored(ReplyProblem Problem) : DeviceEffect;

    internal sealed record WakeAt(TimeSpan Time) : DeviceEffect;
}
