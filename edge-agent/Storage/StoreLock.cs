namespace MqttPay.EdgeAgent.Storage;

/// <summary>Held for the life of the agent: a second one on the same data folder refuses to start.</summary>
internal sealed class StoreLock : IDisposable
{
    private readonly IDisposable held;

    private StoreLock(IDisposable held) => this.held = held;

    public static StoreLock Take(IDisk disk, string data) => new(disk.Lock(Path.Combine(data, "lock")));

    public void Dispose() => held.Dispose();
}
