namespace MqttPay.EdgeAgent.Storage;

/// <summary>No room for a new file. Unlike other failures it is met by waiting until something has retired.</summary>
internal sealed class DiskFullException(string path, long size, Exception? cause = null)
    : IOException($"No room for {size} bytes at {path}.", cause);
