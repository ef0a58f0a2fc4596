namespace MqttPay.EdgeAgent.Storage;

/// <summary>What others know about a journal that is being opened.</summary>
/// <param name="SnapshotLsn">
/// The frame that the loaded snapshot covers, 0 without one: the files must reach down to the frame after it.
/// </param>
/// <param name="ExpectedLsn">
/// The highest frame that an acknowledgement, a snapshot or the cache proves durable; a shorter journal is damaged.
/// </param>
internal readonly record struct JournalProof(long SnapshotLsn = 0, long ExpectedLsn = 0)
{
    public long DurableLsn => Math.Max(SnapshotLsn, ExpectedLsn);
}
