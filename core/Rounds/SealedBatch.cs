namespace MqttPay.Rounds;

/// <summary>A run of consecutive rounds whose last leaf is a SEAL: what travels to the cloud as one.</summary>
public readonly record struct SealedBatch(long FirstRound, long LastRound, int Leaves, int Decisions);
