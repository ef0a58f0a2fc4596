namespace MqttPay.Rounds;

/// <summary>
/// Where a decision stands: its round and its leaf. From there the stored reply is rebuilt, byte for byte.
/// </summary>
public readonly record struct Place(long Round, int Leaf);
