namespace MqttPay.Payments;

/// <summary>
/// An authorised maximum of one request, drawn on one lease, until it is captured, given up or ended.
/// </summary>
public sealed record Hold(RequestName Name, long Lease, int Currency, long AmountMinor, uint Payee)
{
    public HoldState State { get; init; } = HoldState.Open;

    public long CapturedMinor { get; init; }
}
