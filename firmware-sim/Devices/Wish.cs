using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>What the person in front of a device wants of it.</summary>
/// <param name="AmountMinor">VOUCHER: all that was used so far. CONFIRM: what was delivered, 0 for nothing.</param>
internal sealed record Wish(Operation Operation, long AmountMinor = 0, RequestFlags Flags = RequestFlags.None)
{
    /// <summary>Who is paid by a SALE or AUTH; null means the site's default.</summary>
    public uint? Payee { get; init; }

    /// <summary>The payment that a payee's device acts on; null for a payer's device.</summary>
    public PaymentId? Payment { get; init; }

    /// <summary>The own request to REVERSE; 0 means the open one.</summary>
    public long Sequence { get; init; }

    public static Wish Sale(long amountMinor) => new(Operation.Sale, amountMinor);

    /// <summary>A smaller approval is welcome too.</summary>
    public static Wish SaleOrLess(long amountMinor) => new(Operation.Sale, amountMinor, RequestFlags.PartialOk);

    public static Wish HeldSale(long amountMinor) => new(Operation.Sale, amountMinor, RequestFlags.Confirm);

    public static Wish Auth(long maximumMinor) => new(Operation.Auth, maximumMinor);

    public static Wish Increment(long byMinor) => new(Operation.Increment, byMinor);

    /// <summary>Gives up the own AUTH or SALE that is held.</summary>
    public static Wish VoidOfHeld { get; } = new(Operation.Void);

    /// <summary>Takes the open request back, or with a sequence one that has ended.</summary>
    public static Wish Reverse(long sequence = 0) => new(Operation.Reverse) { Sequence = sequence };

    public static Wish Voucher(long usedMinor) => new(Operation.Voucher, usedMinor);

    public static Wish Capture(PaymentId payment, long minor) => new(Operation.Capture, minor) { Payment = payment };

    public static Wish Confirm(PaymentId payment, long minor) => new(Operation.Confirm, minor) { Payment = payment };

    public static Wish VoidOf(PaymentId payment) => new(Operation.Void) { Payment = payment };

    public static Wish Refund(PaymentId payment, long minor) => new(Operation.Refund, minor) { Payment = payment };

    /// <summary>Asks for the stored reply of the open request.</summary>
    public static Wish Status { get; } = new(Operation.Status);

    /// <summary>Asks for the notice of a payment again.</summary>
    public static Wish StatusOf(PaymentId payment) => new(Operation.Status) { Payment = payment };
}
