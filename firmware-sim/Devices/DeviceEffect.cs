using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>What a device must do, in this order, before it takes the next input.</summary>
internal abstract record DeviceEffect
{
    private DeviceEffect() { }

    /// <summary>Write and sync. What follows in the list may happen only after it.</summary>
    internal sealed record Persist(DeviceState State) : DeviceEffect;

    /// <param name="TellWhenAcknowledged">A voucher: its PUBACK is all that will come.</param>
    internal sealed record Publish(byte[] Message, bool TellWhenAcknowledged = false) : DeviceEffect;

    /// <summary>Append a checked final reply to the book of receipts.</summary>
    internal sealed record Keep(KeptReceipt Receipt) : DeviceEffect;

    /// <summary>Hand over the goods. Never without a receipt that passed every check.</summary>
    internal sealed record Dispense(RequestName Name, long AmountMinor) : DeviceEffect;

    /// <summary>The open request has ended, with a final code or (null) given up with an unknown outcome.</summary>
    internal sealed record Finished(RequestName Name, Operation Operation, DecisionCode? Code, long AmountMinor)
        : DeviceEffect;

    /// <summary>
    /// An own request is taken back for good. Amount 0: nothing had been taken for it, and nothing ever will be.
    /// </summary>
    internal sealed record Undone(long Sequence, long AmountMinor) : DeviceEffect;

    /// <summary>A payee's device: the edge holds this much for it, and the proof passed every check.</summary>
    internal sealed record Noticed(PaymentId Payment, long AmountMinor, uint HoldSeconds) : DeviceEffect;

    /// <summary>The newest claim on the own hold has reached the edge.</summary>
    internal sealed record Vouched(uint Tick, long AmountMinor) : DeviceEffect;

    /// <summary>The edge holds nothing of this AUTH any more: it takes no further claim.</summary>
    internal sealed record SessionOver(long Sequence, DecisionCode Code) : DeviceEffect;

    /// <summary>The wish cannot be taken now.</summary>
    internal sealed record Refused(string Why) : DeviceEffect;

    internal sealed record Hinted(DecisionCode Code) : DeviceEffect;

    /// <summary>A message was no answer to this device, and changed nothing.</summary>
    internal sealed record Ignored(ReplyProblem Problem) : DeviceEffect;

    internal sealed record WakeAt(TimeSpan Time) : DeviceEffect;
}
