using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using MqttPay.Broker.Access;
using MqttPay.Broker.Gate;

namespace MqttPay.Broker.Host;

/// <summary>
/// The engine on its listener. It has no console, no signals and no files: those belong to the process.
/// </summary>
public sealed class BrokerHost : IAsyncDisposable
{
    private const int ReadBufferMax = 16 * 1024;
    private const int WriteBufferMax = 64 * 1024;
    private static readonly TimeSpan FlushMax = TimeSpan.FromSeconds(2);

    private readonly KestrelServer server;
    private readonly ServiceProvider services;
    private readonly ConnectionTable connections;
    private readonly Wheel wheel;
    private readonly ListenOptions listener;
    private int stopped;

    private BrokerHost(
        KestrelServer server, ServiceProvider services, ConnectionTable connections, Wheel wheel,
        ListenOptions listener, BrokerCounters counters)
    {
        this.server = server;
        this.services = services;
        this.connections = connections;
        this.wheel = wheel;
        this.listener = listener;
        Counters = counters;
    }

    /// <summary>Where it really listens; the port is known even if 0 was asked for.</summary>
    public IPEndPoint Endpoint => listener.IPEndPoint!;

    public BrokerCounters Counters { get; }

    public static async Task<BrokerHost> StartAsync(
        BrokerOptions options, IIdentitySource identities, RequestGate? gate, ILoggerFactory logs, TimeProvider clock,
        CancellationToken cancel)
    {
        var engine = new Engine(options, identities, gate, clock);
        var connections = new ConnectionTable();
        var handler = new MqttHandler(engine, connections, logs.CreateLogger<MqttHandler>());
        var services = new ServiceCollection().BuildServiceProvider();
        var kestrel = new KestrelServerOptions { ApplicationServices = services, AddServerHeader = false };
        ListenOptions? listener = null;
        kestrel.Listen(options.Endpoint, listen =>
        {
            listen.Run(handler.OnConnectedAsync);
            listener = listen;
        });
        var sockets = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions
            {
                MaxReadBufferSize = ReadBufferMax,
                MaxWriteBufferSize = WriteBufferMax,
                NoDelay = true,
            }),
            logs);
        var server = new KestrelServer(Options.Create(kestrel), sockets, logs);
        var started = false;
        try
        {
            await server.StartAsync(new NoHttp(), cancel);
            started = true;
        }
        finally
        {
            if (!started) server.Dispose();
            if (!started) await services.DisposeAsync();
        }

        return new(server, services, connections, new Wheel(engine, connections, logs), listener!, engine.Counters);
    }

    /// <summary>Stops accepting, tells everybody, flushes for at most two seconds and closes.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref stopped, 1) != 0) return;
        connections.CloseAll();
        using var limit = new CancellationTokenSource(FlushMax);
        await server.StopAsync(limit.Token);
        await wheel.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        server.Dispose();
        await services.DisposeAsync();
    }

    /// <summary>The listener speaks MQTT only; what Kestrel would run for HTTP is never reached.</summary>
    private sealed class NoHttp : IHttpApplication<int>
    {
        public int CreateContext(Microsoft.AspNetCore.Http.Features.IFeatureCollection contextFeatures) => 0;

        public Task ProcessRequestAsync(int context) => Task.CompletedTask;

        public void DisposeContext(int context, Exception? exception)
        {
        }
    }
}
