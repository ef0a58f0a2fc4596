using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>Where the parts of a COSE_Sign1 message lie in the bytes that were parsed.</summary>
public readonly record struct CoseEnvelope(SignatureAlgorithm Algorithm, KeyId Kid, Range Payload, Range Signature);
