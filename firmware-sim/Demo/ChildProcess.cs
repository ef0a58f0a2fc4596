using System.Diagnostics;
using System.Text.Json;
using MqttPay.Host.Cli;

namespace MqttPay.FirmwareSim.Demo;

/// <summary>
/// A process that this one started and nobody else touches. It ends when its standard input closes, so that a killed
/// demo leaves no orphans; its output goes to a log file.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(15);

    private readonly Process process;
    private readonly StreamWriter log;
    private readonly TimeProvider clock;
    private readonly TaskCompletionSource<JsonElement> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task reading;
    private readonly Lock writing = new();   // Two readers write to one log; held for one line.

    private ChildProcess(string name, Process process, string log, TimeProvider clock)
    {
        Name = name;
        this.process = process;
        this.clock = clock;
        this.log = new(log, append: true) { AutoFlush = true };
        reading = Task.WhenAll(ReadAsync(process.StandardOutput, TakeLine), ReadAsync(process.StandardError, _ => { }));
    }

    public string Name { get; }

    public int Pid => process.Id;

    public bool HasExited => process.HasExited;

    public static ChildProcess Start(
        string name, string file, IEnumerable<string> arguments, string log, TimeProvider clock)
    {
        var start = new ProcessStartInfo(file)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var process = Process.Start(start)
            ?? throw new VerbException(ExitCode.Failed, $"MP1005 unreachable: {file} could not be started.");
        return new(name, process, log, clock);
    }

    /// <summary>Runs a program to its end and returns its output; a failure is named with its last words.</summary>
    public static async Task<string> RunAsync(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment,
        CancellationToken cancel)
    {
        var start = new ProcessStartInfo(file) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = Process.Start(start)
            ?? throw new VerbException(ExitCode.Failed, $"MP1005 unreachable: {file} could not be started.");
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var errors = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        if (process.ExitCode == 0) return await output;
        throw new VerbException(
            ExitCode.Failed,
            $"{Path.GetFileName(file)} ended with {process.ExitCode}: {await errors}{await output}".TrimEnd());
    }

    /// <summary>Waits for the line that says the process is ready, and returns it.</summary>
    public async Task<JsonElement> ReadyAsync(TimeSpan within, CancellationToken cancel)
    {
        try
        {
            return await ready.Task.WaitAsync(within, clock, cancel);
        }
        catch (TimeoutException)
        {
            throw new VerbException(
                ExitCode.Unreachable,
                $"MP1005 unreachable: {Name} was not ready within {within.TotalSeconds:0} s.\n{Tail()}");
        }
    }

    /// <summary>The power is cut: no handler of the process runs.</summary>
    public async Task KillAsync(CancellationToken cancel)
    {
        process.Kill();
        await process.WaitForExitAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.StandardInput.Close();
            using var patience = new CancellationTokenSource(StopWithin, clock);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();   // It had its time to end in order.
            }
        }

        await reading;
        process.Dispose();
        await log.DisposeAsync();
    }

    private async Task ReadAsync(StreamReader reader, Action<string> take)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (writing) log.WriteLine(line);
            take(line);
        }

        // The end of the output before the ready line means that the start failed.
        ready.TrySetException(new VerbException(ExitCode.Failed, $"MP1005 unreachable: {Name} ended early.\n{Tail()}"));
        _ = ready.Task.Exception;
    }

    private void TakeLine(string line)
    {
        if (!line.StartsWith('{')) return;
        try
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.TryGetProperty("event", out var happened) && happened.GetString() == ReadyLine.Ready)
                ready.TrySetResult(json.RootElement.Clone());
        }
        catch (JsonException)
        {
            return;   // Not one of ours; it is in the log.
        }
    }

    /// <summary>The first line of what it said about its end: a code, or an exception.</summary>
    public string LastWords() =>
        Tail().Split('\n').FirstOrDefault(line => line.Contains("MP9", StringComparison.Ordinal)
            || line.Contains("Exception", StringComparison.Ordinal))?.Trim() ?? $"exit code {process.ExitCode}";

    private string Tail()
    {
        const int Lines = 12;
        lock (writing)
        {
            using var file = new FileStream(
                ((FileStream)log.BaseStream).Name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            return string.Join('\n', reader.ReadToEnd().TrimEnd().Split('\n').TakeLast(Lines));
        }
    }
}
