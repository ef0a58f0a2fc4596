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

    /// <summary>Requests that may wait for the cloud at a time; beyond it a device is asked to come again.</summary>
    public const int ParkedMax = 64;

    /// <summary>Requests of one device that may wait behind its parked one.</summary>
    public const int BehindMax = 8;

    /// <summary>
    /// Leaves beyond which a round takes no endings and closings any more: with all that one step's requests may add it
    /// stays below the 1,024 of the wire.
    /// </summary>
    public const int LeavesForTimeMax = 512;

    /// <summary>Devices of a payee that are told of one approval.</summary>
    public const int NoticesMax = 16;

    /// <summary>How often contact with the cloud is worth a record.</summary>
    public const int ContactStepSeconds = 60;
}
