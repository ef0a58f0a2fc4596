using System.CommandLine;
using MqttPay.Host.Cli;

namespace MqttPay.EdgeAgent.Verbs;

/// <summary><c>mqttpay-edge run</c>: the agent, until it is told to stop.</summary>
internal static class RunVerb
{
    public static Command Create(Option<bool> json)
    {
        var data = DataOption.Create();
        var config = new Option<string?>(
            "--config") { Description = "The configuration; default: edge.json in the data folder." };
        var broker = new Option<string?>("--broker")
        {
            Description = "Work behind another MQTT broker: mqtt://user:password@host:port. Default: host our own.",
        };
        var child = new Option<bool>("--child") { Description = "Stop cleanly when standard input ends." };
        var verb = new Command("run", "Run the agent, with the broker in the same process or behind another one.")
        {
            data, config, broker, child,
        };
        verb.SetAction((parsed, cancel) => RunAsync(
            parsed.GetRequiredValue(data), parsed.GetValue(config), parsed.GetValue(broker), parsed.GetValue(child),
            parsed.GetValue(json), parsed.InvocationConfiguration.Output, cancel));
        return verb;
    }

    private static async Task<int> RunAsync(
        string data, string? config, string? broker, bool child, bool json, TextWriter output, CancellationToken cancel)
    {
        var folder = Path.GetFullPath(data);
        if (!Directory.Exists(folder))
            throw new VerbException(ExitCode.Usage, $"MP1004 config_rejected: --data: {folder} does not exist");
        var options = EdgeOptions.Load(folder, config);
        using var secrets = EdgeSecrets.Load(folder);
        var foreign = broker is null ? null : BrokerOf(broker);
        using var logs = LoggerFactory.Create(logging => logging
            .SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss.fff "))
            .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
                console => console.LogToStandardErrorThreshold = LogLevel.Trace));   // Output belongs to the events.
        using var stdin = child ? new StdinLifetime() : null;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel, stdin?.Closed ?? default);

        var isFirst = true;
        while (!ending.IsCancellationRequested)
        {
            // A loop that fails must not leave a half-living agent: the process ends at once, and recovers from its
            // journal.
            await using var agent = await Agent.StartAsync(
                options, secrets, folder, foreign, logs, TimeProvider.System,
                fault => Environment.FailFast(fault.Message, fault), ending.Token);
            if (isFirst) await AnnounceAsync(agent, json, output);
            isFirst = false;

            // Under a new fence everything is read again, as after a kill; devices find it where it was.
            options.Mqtt.Port = agent.MqttEndpoint?.Port ?? options.Mqtt.Port;
            options.Admin.Port = agent.AdminUrl?.Port ?? options.Admin.Port;
            await Task.WhenAny(agent.FenceTaken, Task.Delay(Timeout.Infinite, ending.Token));
        }

        return ExitCode.Ok;
    }

    private static async Task AnnounceAsync(Agent agent, bool json, TextWriter output)
    {
        var (incarnation, round, frozen) = await agent.Loop.AskAsync(
            machine => (machine.Book.Incarnation, machine.Book.Head, machine.Book.Frozen));
        if (json)
            ReadyLine.Write(
                output, ReadyLine.Ready,
                ("mqtt", agent.MqttEndpoint?.ToString()), ("admin", agent.AdminUrl?.ToString()),
                ("pid", Environment.ProcessId),
                ("incarnation", incarnation), ("round", round),
                ("frozen", frozen is MqttPay.Rounds.FreezeCause.None ? null : frozen.ToString()));
        else
            await output.WriteLineAsync(
                $"edge {agent.Options.Id}   MQTT {agent.MqttEndpoint?.ToString() ?? "behind the given broker"}   "
                + $"round {round}"
                + (frozen is MqttPay.Rounds.FreezeCause.None ? "" : $"   FROZEN ({frozen})"));
    }

    private static Uri BrokerOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == "mqtt"
        ? uri
        : throw new VerbException(ExitCode.Usage, $"MP1004 config_rejected: --broker: '{text}' is no mqtt:// address");
}
