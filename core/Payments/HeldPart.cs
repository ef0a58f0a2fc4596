namespace MqttPay.Payments;

/// <summary>What one request put into a hold: an AUTH or SALE the first part, each INCREMENT a further one.</summary>
/// <param name="Lease">The lease that it draws on, to which what is not captured goes back.</param>
/// <param name="SinceSeconds">Elapsed time when it was approved.</param>
public sealed record HeldPart(RequestName Name, long Lease, long AmountMinor, long SinceSeconds);
