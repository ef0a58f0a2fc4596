using System.Net;
using System.Net.Sockets;
using MqttPay.FirmwareSim;
using MqttPay.FirmwareSim.Demo;
using Xunit;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>A real Mosquitto with a password file and the access rules that docs/WIRE.md asks of a broker.</summary>
internal sealed class GuardedMosquitto : IAsyncDisposable
{
    private const string Agent = "agent";
    private const string AgentPassword = "only-on-this-machine";

    private const string Rules =
        """
        user agent
        topic read p/+/q
        topic write p/+/r
        topic write p/+/c

        pattern write p/%u/q
        pattern read p/%u/r
        pattern read p/%u/c

        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string folder;
    private ChildProcess? process;

    private GuardedMosquitto(string folder, IPEndPoint address)
    {
        this.folder = folder;
        Address = address;
    }

    public IPEndPoint Address { get; }

    public string AgentUrl => $"mqtt://{Agent}:{AgentPassword}@{Address}";

    public static async Task<GuardedMosquitto> StartAsync(
        string folder, IReadOnlyDictionary<string, string> users, CancellationToken cancel)
    {
        var broker = new GuardedMosquitto(folder, FreeAddress());
        var passwords = Path.Combine(folder, "passwords");
        await File.WriteAllLinesAsync(
            passwords, users.Append(new(Agent, AgentPassword)).Select(user => $"{user.Key}:{user.Value}"), cancel);
        await ChildProcess.RunAsync(
            Executables.System("mosquitto_passwd", "mosquitto"), ["-U", passwords], null, cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "acl"), Rules, cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "mosquitto.conf"), broker.Config(), cancel);
        await broker.RunAsync(cancel);
        return broker;
    }

    /// <summary>SIGKILL, and the same broker again: all that it did not write down is gone.</summary>
    public async Task KillAndRestartAsync(CancellationToken cancel)
    {
        await process!.KillAsync(cancel);
        await process.DisposeAsync();
        await RunAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is null) return;
        if (!process.HasExited) await process.KillAsync(CancellationToken.None);
        await process.DisposeAsync();
    }

    private string Config() =>
        $"""
         listener {Address.Port} {Address.Address}
         allow_anonymous false
         password_file {Path.Combine(folder, "passwords")}
         acl_file {Path.Combine(folder, "acl")}
         max_inflight_messages 1000
         persistence false
         user {Environment.UserName}

         """;

    private async Task RunAsync(CancellationToken cancel)
    {
        process = ChildProcess.Start(
            "mosquitto", Executables.System("mosquitto", "mosquitto"), ["-c", Path.Combine(folder, "mosquitto.conf")],
            Path.Combine(folder, "mosquitto.log"), TimeProvider.System);
        var answers = await Wait.ForAsync(
            () => process.HasExited || Answers(), Patience, TimeProvider.System, cancel);
        Assert.True(answers && !process.HasExited, $"Mosquitto does not answer; its log is in {folder}.");
    }

    private bool Answers()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(Address);
            return true;
        }
        catch (SocketException)
        {
            return false;   // Not listening yet.
        }
    }

    private static IPEndPoint FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }
}
