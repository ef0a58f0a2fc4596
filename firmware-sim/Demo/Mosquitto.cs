using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using MqttPay.Host.Cli;

namespace MqttPay.FirmwareSim.Demo;

/// <summary>
/// A foreign broker with the access rules that the protocol asks of one: each device its own topics, no more.
/// </summary>
internal sealed class Mosquitto : IAsyncDisposable
{
    private const string Agent = "agent";

    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(10);

    private readonly ChildProcess process;

    private Mosquitto(ChildProcess process, string agentUrl)
    {
        this.process = process;
        AgentUrl = agentUrl;
    }

    public string AgentUrl { get; }

    public static async Task<Mosquitto> StartAsync(
        DemoFolder folder, int port, IReadOnlyDictionary<string, string> users, TimeProvider clock,
        CancellationToken cancel)
    {
        var broker = Executables.System("mosquitto", "mosquitto");
        var hashing = Executables.System("mosquitto_passwd", "mosquitto");
        var secret = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var passwords = Path.Combine(folder.Broker, "passwords");
        var rules = Path.Combine(folder.Broker, "acl");
        var config = Path.Combine(folder.Broker, "mosquitto.conf");
        var lines = users.Append(new(Agent, secret)).Select(user => $"{user.Key}:{user.Value}");
        await File.WriteAllLinesAsync(passwords, lines, cancel);
        await ChildProcess.RunAsync(hashing, ["-U", passwords], null, cancel);
        await File.WriteAllTextAsync(rules, Rules, cancel);
        await File.WriteAllTextAsync(config, Config(port, passwords, rules), cancel);
        // Mosquitto does not watch its standard input; the shell does, so that it ends with this program.
        var script = $"'{broker}' -c '{config}' & broker=$!; cat > /dev/null; kill $broker; wait $broker";
        var process = ChildProcess.Start("mosquitto", "/bin/sh", ["-c", script], folder.Log("mosquitto"), clock);
        if (await Wait.ForAsync(() => AnswersAsync(port, cancel), StartWithin, clock, cancel))
            return new(process, $"mqtt://{Agent}:{secret}@127.0.0.1:{port}");
        await process.DisposeAsync();
        throw new VerbException(
            ExitCode.Unreachable, $"MP1005 unreachable: Mosquitto does not answer; see {folder.Log("mosquitto")}.");
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

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

    /// <summary>The window to the agent bounds a round, so it is wide; the rest is Mosquitto's own default.</summary>
    private static string Config(int port, string passwords, string rules) =>
        $"""
         listener {port} 127.0.0.1
         allow_anonymous false
         password_file {passwords}
         acl_file {rules}
         max_inflight_messages 1000
         persistence false
         {(Environment.IsPrivilegedProcess ? "user root" : "")}

         """;

    private static async Task<bool> AnswersAsync(int port, CancellationToken cancel)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancel);
            return true;
        }
        catch (SocketException)
        {
            return false;   // Not listening yet.
        }
    }
}
