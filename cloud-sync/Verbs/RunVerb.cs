using System.CommandLine;
using MqttPay.Host.Cli;

namespace MqttPay.CloudSync.Verbs;

/// <summary>Serves until the process is told to stop.</summary>
internal static class RunVerb
{
    public static Command Create(Option<bool> json)
    {
        var store = new StoreOptions();
        var port = new Option<int>("--port")
        {
            Description = "TCP port on loopback; 0 takes a free one.",
            DefaultValueFactory = _ => 8480,
        };
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 65_535) result.AddError("--port is 0 to 65535.");
        });
        var fences = new Option<int>("--fence-raises")
        {
            Description = "New fences that an edge with two histories gets by itself within 24 hours; 0 for none.",
            DefaultValueFactory = _ => 8,
        };
        fences.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0) result.AddError("--fence-raises is 0 or more.");
        });
        var child = new Option<bool>("--child") { Description = "Stop when standard input closes." };
        var verb = new Command("run", "Serve the public API and the gateways.") { port, fences, child };
        store.AddTo(verb);
        verb.SetAction((parsed, cancel) => StoreOptions.GuardAsync(() => RunAsync(
            store.Read(parsed) with { Port = parsed.GetValue(port), FenceRaisesPerDay = parsed.GetValue(fences) },
            parsed.GetValue(json),
            parsed.GetValue(child),
            parsed.InvocationConfiguration.Output,
            cancel)));
        return verb;
    }

    private static async Task<int> RunAsync(
        CloudOptions options, bool json, bool child, TextWriter output, CancellationToken cancel)
    {
        using var stdin = child ? new StdinLifetime() : null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            cancel, stdin?.Closed ?? CancellationToken.None);
        try
        {
            await using var server = await CloudServer.StartAsync(
                options, TimeProvider.System, logging => Log(logging), stop.Token);
            Announce(output, json, server);
            await server.WaitAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop while starting: nothing is served, nothing is lost.
        }

        return ExitCode.Ok;
    }

    /// <summary>Standard output is for data; what is logged goes to the error stream.</summary>
    private static void Log(ILoggingBuilder logging) => logging
        .SetMinimumLevel(LogLevel.Information)
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddJsonConsole(console => console.UseUtcTimestamp = true)
        .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);

    private static void Announce(TextWriter output, bool json, CloudServer server)
    {
        if (json)
        {
            ReadyLine.Write(
                output, ReadyLine.Ready, ("url", server.Url), ("pid", Environment.ProcessId),
                ("admin_key_file", server.AdminKeyFile));
            return;
        }

        output.WriteLine($"cloud   {server.Url}   pid {Environment.ProcessId}   admin key in {server.AdminKeyFile}");
        output.Flush();
    }
}
