using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net.Sockets;

namespace MqttPay.Host.Cli;

/// <summary>
/// One executable's command line: its verbs, those that all executables share, and what an exit code means.
/// Data goes to the output, everything else to the error stream.
/// </summary>
public sealed class CommandLine
{
    /// <summary>How long a verb may take to end after SIGTERM; systemd's unit waits as long.</summary>
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(30);

    private readonly RootCommand root;

    public CommandLine(string name, string description)
    {
        root = new(description) { HelpName = name };
        root.Add(Json);
        Add(ExplainVerb.Create(Json));
    }

    /// <summary>One JSON value, or one JSON object per line, instead of text for people.</summary>
    public Option<bool> Json { get; } =
        new("--json") { Description = "Print JSON instead of text.", Recursive = true };

    public void Add(Command verb) => root.Add(verb);

    /// <summary>Runs the verb that the arguments name and returns the process's exit code.</summary>
    public async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        TextWriter? output = null,
        TextWriter? error = null,
        CancellationToken cancel = default)
    {
        output ??= Console.Out;
        error ??= Console.Error;

        // No response files: an argument that starts with @ is data here, never the name of a file to read.
        var parsed = CommandLineParser.Parse(root, arguments, new() { ResponseFileTokenReplacer = null });

        // The library would return 1 for these, which here means that the verb itself failed.
        if (parsed.Errors.Count > 0) return await RefuseAsync(parsed, error);

        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = EndWithin,
        };
        try
        {
            return await parsed.InvokeAsync(invocation, cancel);
        }
        catch (Exception fault) when (fault is not InvariantException)
        {
            await error.WriteLineAsync(Describe(fault));
            return CodeOf(fault);
        }
    }

    private async Task<int> RefuseAsync(ParseResult parsed, TextWriter error)
    {
        foreach (var problem in parsed.Errors)
            await error.WriteLineAsync($"MP1001 usage: {problem.Message}");
        await error.WriteLineAsync($"Try '{root.HelpName} --help'.");
        return ExitCode.Usage;
    }

    private static string Describe(Exception fault) => fault switch
    {
        VerbException => fault.Message,
        HttpRequestException or SocketException => $"MP1005 unreachable: {fault.Message}",
        OperationCanceledException => "Stopped.",
        _ => $"{fault.GetType().Name}: {fault.Message}",
    };

    private static int CodeOf(Exception fault) => fault switch
    {
        VerbException verb => verb.ExitCode,
        HttpRequestException or SocketException => ExitCode.Unreachable,
        _ => ExitCode.Failed,
    };
}
