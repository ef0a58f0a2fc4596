using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>
/// The one request that a device waits for: its bytes are made once and repeated until a final reply comes.
/// </summary>
/// <param name="Reference">The own sequence that an INCREMENT, VOID or REVERSE is about, 0 when none.</param>
internal sealed record OpenRequest(
    long Sequence, Operation Operation, RequestFlags Flags, long AmountMinor, long Reference, byte[] Message)
{
    /// <summary>The payment that a payee's request is about; null for a payer's.</summary>
    public PaymentId? Payment { get; init; }

    /// <summary>Whether it takes money: what a payer must not leave in doubt.</summary>
    public bool Draws => Operation is Operation.Sale or Operation.Auth or Operation.Increment;
}
