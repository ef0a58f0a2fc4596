using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using MqttPay.Broker.Access;

namespace MqttPay.Broker.Host;

/// <summary>Runs the broker alone until it is told to stop.</summary>
internal static class RunCommand
{
    public static async Task<int> RunAsync(RunArguments arguments, CancellationToken cancel)
    {
        if (arguments.Anonymous && !IPAddress.IsLoopback(arguments.Endpoint.Address))
        {
            return BrokerCommand.Refuse(
                "--anonymous listens on loopback addresses only, because everybody may use all topics.");
        }

        if (arguments.Anonymous == (arguments.Passwords is not null))
        {
            return BrokerCommand.Refuse("Give --passwords FILE, or --anonymous on a loopback address, and not both.");
        }

        if (!TryReadIdentities(arguments.Passwords, out var identities)) return BrokerCommand.Usage;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var interrupt = OnSignal(PosixSignal.SIGINT, stop);
        using var terminate = OnSignal(PosixSignal.SIGTERM, stop);
        // A terminal that goes away must not take the broker with it.
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, static context => context.Cancel = true);
        using var logs = LoggerFactory.Create(logging => Configure(logging, arguments.Anonymous));
        var options = new BrokerOptions { Endpoint = arguments.Endpoint, Anonymous = arguments.Anonymous };
        try
        {
            await using var host = await BrokerHost.StartAsync(
                options, identities, null, logs, TimeProvider.System, stop.Token);
            Announce(host.Endpoint, arguments.Json);
            if (arguments.Child) _ = StopAtEndOfInputAsync(stop);
            await StoppedAsync(stop.Token);
            return BrokerCommand.Ok;
        }
        catch (IOException error)
        {
            // The address is taken, or is none of this machine's.
            await Console.Error.WriteLineAsync(error.Message);
            return BrokerCommand.Failed;
        }
    }

    private static async Task StoppedAsync(CancellationToken cancel)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancel.Register(stopped.SetResult);
        await stopped.Task;
    }

    private static bool TryReadIdentities(string? file, out IIdentitySource identities)
    {
        identities = new AnonymousSource();
        if (file is null) return true;
        try
        {
            identities = PasswordFile.Parse(File.ReadLines(file));
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            Console.Error.WriteLine(error.Message);
            return false;
        }
    }

    private static PosixSignalRegistration OnSignal(PosixSignal signal, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });

    /// <summary>Standard output belongs to the events, so the log goes to standard error.</summary>
    private static void Configure(ILoggingBuilder logging, bool quiet)
    {
        logging.SetMinimumLevel(quiet ? LogLevel.Error : LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddSimpleConsole(console => console.SingleLine = true);
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private static void Announce(IPEndPoint endpoint, bool json)
    {
        if (!json)
        {
            Console.WriteLine($"MQTT on {endpoint}");
            return;
        }

        Console.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["event"] = "ready", ["mqtt"] = endpoint.ToString(), ["pid"] = Environment.ProcessId,
        }));
    }

    /// <summary>The parent that started this process has gone when its end of the pipe closes.</summary>
    private static async Task StopAtEndOfInputAsync(CancellationTokenSource stop)
    {
        await using var input = Console.OpenStandardInput();
        var buffer = new byte[256];
        while (await input.ReadAsync(buffer, stop.Token) > 0)
        {
        }

        await stop.CancelAsync();
    }
}
