namespace MqttPay.Rounds;

/// <summary>What an edge is told at start and that no document changes.</summary>
/// <param name="WitnessKey">Shared with the cloud; 32 bytes.</param>
public sealed record EdgeSettings(byte[] WitnessKey)
{
    /// <summary>A proof of a leaf in a round of this size has at most 8 hashes.</summary>
    public const int RoundSizeMax = 256;

    /// <summary>One round is synced while the next is built; a third would only grow.</summary>
    public const int UnsyncedMax = 2;

    /// <summary>How far journalled time may lag behind: a CLOCK leaf is written at most this often.</summary>
    public const int ClockStepSeconds = 10;

    /// <summary>How often contact with the cloud is worth a record.</summary>
    public const int ContactStepSeconds = 60;
}
