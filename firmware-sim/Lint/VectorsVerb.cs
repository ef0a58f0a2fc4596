using System.CommandLine;
using System.Text.Json;
using MqttPay.Host.Cli;

namespace MqttPay.FirmwareSim.Lint;

/// <summary>The verb that runs the vector files.</summary>
internal static class VectorsVerb
{
    private const string Standard = "tests/vectors";

    public static Command Create(Option<bool> json)
    {
        var folder = new Argument<string?>("folder")
        {
            Description = "Where the files are; default: tests/vectors in this folder or one above it.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var check = new Command("check", "Compare this build with every vector.") { folder };
        check.SetAction(parsed => Check(
            parsed.GetValue(folder) ?? FindStandard(), parsed.GetValue(json), parsed.InvocationConfiguration.Output));
        return new Command("vectors", "The contract with firmware in other languages.") { check };
    }

    private static int Check(string folder, bool json, TextWriter output)
    {
        if (!Directory.Exists(folder))
            throw new VerbException(ExitCode.Usage, $"MP1001 usage: there is no folder {folder}.");
        var check = new VectorCheck(folder);
        check.Run();
        output.WriteLine(json
            ? JsonSerializer.Serialize(new { @checked = check.Checked, failures = check.Failures })
            : string.Join('\n', check.Failures.Select(failure => $" ✗ {failure}").Append(Total(check))));
        return check.Failures.Count == 0 ? ExitCode.Ok : ExitCode.ChecksFailed;
    }

    private static string Total(VectorCheck check) => $"{check.Checked} checks, {check.Failures.Count} failures";

    private static string FindStandard()
    {
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, Standard)))
                return Path.Combine(folder.FullName, Standard);
        throw new VerbException(
            ExitCode.Usage, $"MP1001 usage: no {Standard} in this folder or above it; name the folder.");
    }
}
