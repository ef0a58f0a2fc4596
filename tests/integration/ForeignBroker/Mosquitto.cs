using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace MqttPay.IntegrationTests.ForeignBroker;

/// <summary>A real Mosquitto on a free port, with its own folder, so that sessions outlive a restart.</summary>
internal sealed class Mosquitto : IAsyncDisposable
{
    private static readonly string[] Places =
        ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto"];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mqttpay-mosquitto-");
    private Process? process;

    private Mosquitto(int port) => Port = port;

    public int Port { get; }

    public Uri Url => new($"mqtt://127.0.0.1:{Port}");

    public static async Task<Mosquitto> StartAsync()
    {
        var broker = new Mosquitto(FreePort());
        await File.WriteAllTextAsync(broker.ConfigPath, $"""
            listener {broker.Port} 127.0.0.1
            allow_anonymous true
            persistence true
            persistence_location {broker.folder.FullName}/
            max_inflight_messages 20
            user {Environment.UserName}
            """);
        await broker.RunAsync();
        return broker;
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        await RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        folder.Delete(recursive: true);
    }

    private string ConfigPath => Path.Combine(folder.FullName, "mosquitto.conf");

    private async Task RunAsync()
    {
        var path = Places.FirstOrDefault(File.Exists);
        Assert.True(path is not null, "Mosquitto is missing. Install it: apt-get install mosquitto");
        process = Process.Start(new ProcessStartInfo(path, ["-c", ConfigPath]) { RedirectStandardError = true })!;
        process.ErrorDataReceived += static (_, _) => { };   // Read, so that it never blocks on a full pipe.
        process.BeginErrorReadLine();
        while (!await IsListeningAsync())
        {
            Assert.False(process.HasExited, $"Mosquitto ended with code {(process.HasExited ? process.ExitCode : 0)}.");
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>SIGTERM, so that it saves its sessions.</summary>
    private async Task StopAsync()
    {
        if (process is null) return;
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"])) await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    private async Task<bool> IsListeningAsync()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            await Task.Yield();
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
