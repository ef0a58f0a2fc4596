namespace MqttPay.CloudSync.Enrolment;

/// <summary>
/// A gateway: its public key as made by <c>mqttpay-edge init</c>, whom it pays, and how much it may hold.
/// </summary>
internal sealed record GatewayInput(
    uint EdgeId, string? PublicKey, uint Payee, int Currency, IReadOnlyList<uint>? Payees = null, long FloatMinor = 0,
    long LeaseMinor = 200_00, uint SpendSeconds = 86_400);
