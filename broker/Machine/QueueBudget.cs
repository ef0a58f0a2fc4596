namespace MqttPay.Broker.Machine;

/// <summary>
/// The bytes that all queues together may hold, so that many small queues cannot take the machine's memory.
/// </summary>
internal sealed class QueueBudget(long bytesMax)
{
    private long used;

    public bool Exhausted => Interlocked.Read(ref used) >= bytesMax;

    public long Used => Interlocked.Read(ref used);

    public void Take(int bytes) => Interlocked.Add(ref used, bytes);

    public void Give(long bytes) => Interlocked.Add(ref used, -bytes);
}
