using System.Collections.Concurrent;
using MqttPay.Broker.Machine;

namespace MqttPay.Broker.Host;

/// <summary>The open connections, for the wheel and for the end.</summary>
internal sealed class ConnectionTable
{
    private readonly ConcurrentDictionary<MqttConnection, bool> open = new(ReferenceEqualityComparer.Instance);
    private volatile bool closing;

    public IEnumerable<MqttConnection> Open => open.Keys;

    public bool TryAdd(MqttConnection connection)
    {
        open[connection] = true;
        if (!closing) return true;
        Remove(connection);
        return false;
    }

    public void Remove(MqttConnection connection) => open.TryRemove(connection, out _);

    public void CloseAll()
    {
        closing = true;
        foreach (var connection in Open) connection.Close(Reason.ServerShuttingDown);
    }
}
