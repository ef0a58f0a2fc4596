using System.Net;
using Microsoft.AspNetCore.Connections;

namespace MqttPay.Broker.Host;

/// <summary>Kestrel's way in: admits a connection, runs it, and lets nothing escape.</summary>
internal sealed class MqttHandler(Engine engine, ConnectionTable connections, ILogger<MqttHandler> logger)
    : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (!engine.Admission.TryEnter(address))
        {
            engine.Counters.Refused("connections");
            connection.Abort();
            return;
        }

        var peer = new MqttConnection(engine, connection, address, logger);
        try
        {
            if (connections.TryAdd(peer)) await peer.RunAsync();
        }
        catch (Exception error) when (error is IOException or ConnectionResetException or ConnectionAbortedException)
        {
            // The peer has gone without a word, which RunAsync has already dealt with.
        }
        catch (Exception error)
        {
            BrokerLog.Failed(logger, address.ToString(), error);
        }
        finally
        {
            connections.Remove(peer);
            engine.Admission.Leave(address, peer.Authenticated);
        }
    }
}
