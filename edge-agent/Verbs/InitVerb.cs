using System.CommandLine;
using MqttPay.Host.Cli;
using MqttPay.Host.Signatures;

namespace MqttPay.EdgeAgent.Verbs;

/// <summary><c>mqttpay-edge init</c>: makes the edge's key, once, and prints its public half for the cloud.</summary>
internal static class InitVerb
{
    public static Command Create(Option<bool> json)
    {
        var data = DataOption.Create();
        var verb = new Command("init", "Make this edge's key and print what the cloud needs to enrol it.") { data };
        verb.SetAction(async (parsed, cancel) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            using var key = Make(Path.GetFullPath(parsed.GetRequiredValue(data)));
            var cose = Convert.ToHexStringLower(key.Public.ToCoseKey());
            if (parsed.GetValue(json))
                await output.WriteLineAsync($$"""{"kid":"{{key.Public.Id}}","public_key":"{{cose}}"}""");
            else await output.WriteLineAsync(
                $"key id      {key.Public.Id}\npublic key  {cose}\n"
                + "next: enrol this gateway in the cloud with the public key");
            cancel.ThrowIfCancellationRequested();
            return ExitCode.Ok;
        });
        return verb;
    }

    private static SigningKey Make(string data)
    {
        var folder = Path.Combine(data, "credentials");
        var path = Path.Combine(folder, "edge.key");
        if (File.Exists(path))
            throw new VerbException(
                ExitCode.Failed, $"{path} exists; its successors come from: mqttpay-edge key rotate");
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return EdgeSecrets.MakeKey(folder, number: 1);
    }
}
