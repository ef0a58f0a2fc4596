namespace MqttPay.EdgeAgent.Storage;

/// <summary>
/// The journal cannot say any more what is on the disk, so it refuses everything. The process ends; the next one
/// recovers.
/// </summary>
internal sealed class JournalFailedException(string what, Exception? cause = null)
    : Exception($"MP5001 journal failed: {what}", cause);
