namespace MqttPay.EdgeAgent.Sync;

/// <summary>Numbers of asks, unique in one start of the agent: by them the cloud knows a repeat.</summary>
internal sealed class AskNumbers
{
    private int newest;

    public uint Next() => (uint)Interlocked.Increment(ref newest);
}
