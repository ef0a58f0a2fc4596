namespace MqttPay.EdgeAgent.Http;

/// <summary>One payment, as <c>GET /pay/{id}</c> says it: what was decided, and the bytes that prove it.</summary>
/// <param name="Request">The device's signed message in hex; null when the journal no longer holds it.</param>
/// <param name="Reply">The final reply in hex, byte for byte as it was sent: the receipt.</param>
internal sealed record PaymentReport(
    string PaymentId, string Kid, uint Epoch, long Sequence, string Operation, string Code, long AskedMinor,
    long AmountMinor, int Currency, long Lease, string Evidence, uint Policy, uint Edge, long Round, int Leaf,
    long Unix, bool Acknowledged, string? Request, string? Reply);

/// <summary>One lease, as <c>GET /leases</c> says it.</summary>
/// <param name="Account">16 hex digits; null for the operator's float.</param>
/// <param name="SecondsLeft">Spending time; 0 when it is over or the lease is stopped.</param>
internal sealed record LeaseReport(
    long Lease, string? Account, int Currency, long LimitMinor, long SpentMinor, long RemainingMinor, string State,
    int OpenHolds, long SecondsLeft);
