using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using MqttPay.FirmwareSim.Mqtt;
using MqttPay.Host.Cli;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Demo;

/// <summary>
/// The processes of the demo: the cloud, the edge, the link between them, and perhaps a foreign broker.
/// </summary>
internal sealed class Site : IAsyncDisposable
{
    private static readonly TimeSpan CloudReady = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EdgeReady = TimeSpan.FromSeconds(30);

    private readonly DemoFolder folder;
    private readonly TimeProvider clock;
    private ChildProcess? cloud;
    private ChildProcess? edge;
    private Mosquitto? mosquitto;

    private Site(DemoFolder folder, TimeProvider clock)
    {
        this.folder = folder;
        this.clock = clock;
    }

    public Gateway Gateway { get; } = new(new(IPAddress.Loopback, FreePort()));

    public Relay Uplink { get; private set; } = null!;

    public CloudApi Api { get; private set; } = null!;

    public Uri CloudAddress { get; private set; } = null!;

    public int EdgePid => edge?.Pid ?? 0;

    public int CloudPid => cloud?.Pid ?? 0;

    /// <summary>Starts the cloud and makes the edge's key; the edge itself starts when it is enrolled.</summary>
    public static async Task<(Site Site, PublicKey EdgeKey)> StartAsync(
        DemoFolder folder, TimeProvider clock, CancellationToken cancel)
    {
        var site = new Site(folder, clock);
        try
        {
            await site.StartCloudAsync(cancel);
            return (site, await site.InitEdgeAsync(cancel));
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public async Task StartMosquittoAsync(IReadOnlyDictionary<string, string> users, CancellationToken cancel) =>
        mosquitto = await Mosquitto.StartAsync(folder, Gateway.Address.Port, users, clock, cancel);

    public async Task StartEdgeAsync(CancellationToken cancel)
    {
        List<string> arguments = ["run", "--data", folder.Edge, "--config", folder.EdgeConfig, "--json", "--child"];
        if (mosquitto is not null) arguments.AddRange(["--broker", mosquitto.AgentUrl]);
        edge = ChildProcess.Start("edge", Executables.Edge, arguments, folder.Log("edge"), clock);
        var ready = await edge.ReadyAsync(EdgeReady, cancel);
        if (mosquitto is not null || !ready.TryGetProperty("mqtt", out var mqtt)) return;
        if (IPEndPoint.TryParse(mqtt.ToString(), out var at)) Gateway.Address = at;
    }

    /// <summary>What the edge said when it ended although nobody killed it; null while it runs.</summary>
    public string? CrashOfEdge() => edge is { HasExited: true } ? edge.LastWords() : null;

    public async Task KillEdgeAsync(CancellationToken cancel)
    {
        if (edge is not { } running) return;
        edge = null;
        if (!running.HasExited) await running.KillAsync(cancel);
        await running.DisposeAsync();
    }

    /// <summary>In order: it finishes what it has begun.</summary>
    public async Task StopEdgeAsync(CancellationToken cancel)
    {
        if (edge is not { } running) return;
        edge = null;
        await running.DisposeAsync();
        cancel.ThrowIfCancellationRequested();
    }

    public async ValueTask DisposeAsync()
    {
        if (edge is not null) await edge.DisposeAsync();
        if (mosquitto is not null) await mosquitto.DisposeAsync();
        if (Uplink is not null) await Uplink.DisposeAsync();
        Api?.Dispose();
        if (cloud is not null) await cloud.DisposeAsync();
    }

    private async Task StartCloudAsync(CancellationToken cancel)
    {
        cloud = ChildProcess.Start(
            "cloud", Executables.Cloud, ["run", "--data", folder.Cloud, "--port", "0", "--json", "--child"],
            folder.Log("cloud"), clock);
        var ready = await cloud.ReadyAsync(CloudReady, cancel);
        CloudAddress = new(Text(ready, "url"));
        Api = new(CloudAddress, (await File.ReadAllTextAsync(Text(ready, "admin_key_file"), cancel)).Trim());
        Uplink = new(IPEndPoint.Parse(CloudAddress.Authority), clock);
    }

    private async Task<PublicKey> InitEdgeAsync(CancellationToken cancel)
    {
        var output = await ChildProcess.RunAsync(
            Executables.Edge, ["init", "--data", folder.Edge, "--json"], null, cancel);
        using var made = JsonDocument.Parse(output);
        return PublicKey.FromCoseKey(Convert.FromHexString(Text(made.RootElement, "public_key")))
            ?? throw new VerbException(ExitCode.Failed, "The edge printed no public key.");
    }

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.GetString() is { } text
            ? text
            : throw new VerbException(ExitCode.Failed, $"A process said nothing of {name}: {json}");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
