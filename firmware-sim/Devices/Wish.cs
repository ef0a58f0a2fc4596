using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>What the person in front of a device wants: a SALE, or the VOID of the sale that is held.</summary>
internal sealed record Wish(Operation Operation, long AmountMinor = 0, RequestFlags Flags = RequestFlags.None)
{
    public static Wish Sale(long amountMinor) => new(Operation.Sale, amountMinor);

    public static Wish HeldSale(long amountMinor) => new(Operation.Sale, amountMinor, RequestFlags.Confirm);

    public static Wish VoidOfHeld { get; } = new(Operation.Void);
}
