namespace MqttPay.CloudSync.Enrolment;

internal sealed record DeviceView(
    string Kid, long DeviceId, string? AccountId, uint? EdgeId, uint Epoch, IReadOnlyList<string> Operations,
    string State, DateTimeOffset? RevokedAt, string Algorithm, string PublicKey);
