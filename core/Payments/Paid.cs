namespace MqttPay.Payments;

/// <summary>A payment that was made here: what a REVERSE may undo and a REFUND pay back.</summary>
/// <param name="Lease">The lease that paid; 0 for a captured hold, which nothing reverses.</param>
/// <param name="SinceSeconds">Elapsed time when it was paid.</param>
public sealed record Paid(RequestName Name, long Lease, int Currency, uint Payee, long CapturedMinor, long SinceSeconds)
{
    public long RefundedMinor { get; init; }

    public bool Reversed { get; init; }

    /// <summary>What a refund may still pay back.</summary>
    public long RefundableMinor => Reversed ? 0 : CapturedMinor - RefundedMinor;
}
