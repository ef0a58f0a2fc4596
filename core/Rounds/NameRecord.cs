namespace MqttPay.Rounds;

/// <summary>
/// A decided name: where, and the first 16 bytes of its digest, by which a repeat is told from a conflict.
/// </summary>
public readonly record struct NameRecord(Place Place, UInt128 DigestStart);
