namespace MqttPay.CloudSync.Enrolment;

/// <summary>A device's public key (a hex COSE_Key), who pays with it, where it lives and what it may ask.</summary>
internal sealed record DeviceInput(
    string? PublicKey, string? AccountId, uint EdgeId, IReadOnlyList<string>? Operations = null);
