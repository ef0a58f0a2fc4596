namespace MqttPay.Wire;

/// <summary>COSE algorithms (RFC 9053), pinned per key at enrolment.</summary>
public enum SignatureAlgorithm
{
    /// <summary>ECDSA over P-256 with SHA-256.</summary>
    Es256 = -7,
    /// <summary>EdDSA with Ed25519.</summary>
    EdDsa = -8,
}
