namespace MqttPay.EdgeAgent.Storage;

/// <summary>
/// Whether the disk has room for new decisions. Below the floor they are put off before any write can fail; what ends
/// or repeats a payment goes on in the room that is left.
/// </summary>
internal sealed class StoreRoom(Journal journal, long floorBytes)
{
    private volatile bool belowFloor;

    public bool MayDecide => !belowFloor && journal.HasRoom;

    /// <summary>Takes a measurement. Returns whether the answer changed.</summary>
    public bool Measure(long freeBytes)
    {
        var before = belowFloor;

        // It ends a little above where it began, so that it does not come and go with every file.
        belowFloor = freeBytes < (before ? floorBytes + (floorBytes / 20) : floorBytes);
        if (!journal.HasRoom) journal.PrepareSpare();   // Perhaps there is room again.
        return before != belowFloor;
    }
}
