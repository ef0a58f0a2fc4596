namespace MqttPay.FirmwareSim.Devices;

/// <summary>The newest own AUTH or SALE that is approved but not finished, and what was claimed of it so far.</summary>
/// <param name="ByAuth">An AUTH: it may grow, and takes vouchers. Otherwise a SALE that waits for its CONFIRM.</param>
/// <param name="AmountMinor">What the edge holds, increments included.</param>
/// <param name="Tick">The newest voucher that was ever signed; 0 when none.</param>
/// <param name="Acknowledged">Whether the newest voucher need not be published again.</param>
/// <param name="Voucher">Its bytes. Only the newest is worth a repeat: it claims all that the others did.</param>
internal sealed record HeldPayment(
    long Sequence, bool ByAuth, long AmountMinor, uint Tick = 0, long ClaimedMinor = 0, bool Acknowledged = true,
    byte[]? Voucher = null);
