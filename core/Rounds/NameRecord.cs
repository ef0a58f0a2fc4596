namespace MqttPay.Rounds;

/// <summary>
/// A decided name: where, and the first 16 bytes of its digest, by which a repeat is told from a conflict.
/// </summary>
/// <param name="Approved">Whether it was: a REVERSE of what was declined has nothing to undo.</param>
public readonly record struct NameRecord(Place Place, UInt128 DigestStart, bool Approved);
