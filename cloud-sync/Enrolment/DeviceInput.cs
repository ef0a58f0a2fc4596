namespace MqttPay.CloudSync.Enrolment;

/// <summary>A device's public key (a hex COSE_Key), who pays with it, where it lives and what it may ask.</summary>
/// <param name="AccountId">The payer; absent for a payee's device.</param>
/// <param name="Payee">Whose device it is when no payer's; absent means the gateway's own payee.</param>
/// <param name="Tier">A tier of the policy, 0 for none.</param>
/// <param name="Attested">Whether somebody has checked where the key was made.</param>
internal sealed record DeviceInput(
    string? PublicKey, string? AccountId, uint EdgeId, IReadOnlyList<string>? Operations = null, uint? Payee = null,
    int Tier = 0, bool Attested = false);
