namespace MqttPay.Payments;

/// <summary>
/// An authorised maximum, drawn on one or several leases, until it is captured, given up or ended.
/// </summary>
/// <param name="Name">The AUTH, or the SALE with flag confirm, that began it.</param>
/// <param name="Payee">The only payee that may capture it.</param>
/// <param name="EndsAtSeconds">
/// Elapsed time at which its edge ends it: journalled time may lag behind by a step, and a hold never ends early.
/// </param>
public sealed record Hold(
    RequestName Name, Operation Kind, int Currency, uint Payee, IReadOnlyList<HeldPart> Parts, long EndsAtSeconds)
{
    /// <summary>The first part and its increments; beyond it an INCREMENT is declined.</summary>
    public const int PartsMax = 32;

    public HoldState State { get; init; } = HoldState.Open;

    public long CapturedMinor { get; init; }

    /// <summary>The newest voucher: its tick, the sum that it claims, and its message. 0 and null before one.</summary>
    public uint VoucherTick { get; init; }

    public long VoucherMinor { get; init; }

    public byte[]? Voucher { get; init; }

    public PaymentId Id { get; } = PaymentId.Of(Name);

    public long AmountMinor
    {
        get
        {
            var sum = 0L;
            foreach (var part in Parts) sum += part.AmountMinor;
            return sum;
        }
    }

    public Hold With(HeldPart part) => this with { Parts = [.. Parts, part] };

    public Hold Without(RequestName part) => this with { Parts = [.. Parts.Where(each => each.Name != part)] };
}
