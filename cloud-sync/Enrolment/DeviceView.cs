namespace MqttPay.CloudSync.Enrolment;

/// <param name="Payee">Whose device it is when no payer's.</param>
/// <param name="State">active, rotating (it has a successor and works until then), or revoked.</param>
/// <param name="RevokedFor">asked, retired or cloned.</param>
internal sealed record DeviceView(
    string Kid, long DeviceId, string? AccountId, uint? EdgeId, uint Epoch, IReadOnlyList<string> Operations,
    string State, DateTimeOffset? RevokedAt, string Algorithm, string PublicKey, uint? Payee, int Tier, bool Attested,
    string? RevokedFor, string? Successor, DateTimeOffset? RetiresAt);
