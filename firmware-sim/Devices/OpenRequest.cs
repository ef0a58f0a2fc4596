using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>
/// The one request that a device waits for: its bytes are made once and repeated until a final reply comes.
/// </summary>
/// <param name="Reference">The own sequence that a VOID or REVERSE is about, 0 for a SALE.</param>
internal sealed record OpenRequest(
    long Sequence, Operation Operation, RequestFlags Flags, long AmountMinor, long Reference, byte[] Message);
