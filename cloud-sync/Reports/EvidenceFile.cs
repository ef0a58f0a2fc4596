namespace MqttPay.CloudSync.Reports;

/// <summary>
/// Two signed messages that one honest key holder cannot have made: whoever has the public key can check it, and needs
/// nothing else. All fields are hex but the kind.
/// </summary>
/// <param name="Kind"><see cref="OfClone"/> of a device's requests, <see cref="OfFork"/> of an edge's round
/// headers.</param>
/// <param name="PublicKey">The signer's COSE_Key.</param>
internal sealed record EvidenceFile(string Kind, string PublicKey, string First, string Second)
{
    public const string OfClone = "mqttpay-clone-evidence/1", OfFork = "mqttpay-fork-evidence/1";
}
