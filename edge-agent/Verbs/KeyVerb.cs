using System.CommandLine;
using MqttPay.EdgeAgent.Sync;
using MqttPay.Host.Cli;
using MqttPay.Host.Signatures;

namespace MqttPay.EdgeAgent.Verbs;

/// <summary>
/// <c>key rotate</c>: a new key beside the old one. The old one signs until the cloud has told the devices of the new
/// one; nothing has to be stopped for it.
/// </summary>
internal static class KeyVerb
{
    public static Command Create(Option<bool> json)
    {
        var data = DataOption.Create();
        var config = new Option<string?>("--config") { Description = "Default: edge.json in the data folder." };
        var verb = new Command(
            "rotate", "Make the next key and print what the cloud needs; the same again until the cloud uses it.")
        {
            data, config,
        };
        verb.SetAction(async (parsed, cancel) =>
        {
            cancel.ThrowIfCancellationRequested();
            var folder = Path.GetFullPath(parsed.GetRequiredValue(data));
            var options = EdgeOptions.Load(folder, parsed.GetValue(config));
            using var next = Next(folder, options);
            var cose = Convert.ToHexStringLower(next.Public.ToCoseKey());
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
                await output.WriteLineAsync($$"""{"kid":"{{next.Public.Id}}","public_key":"{{cose}}"}""");
            else
                await output.WriteLineAsync(
                    $"key id      {next.Public.Id}\npublic key  {cose}\n"
                    + $"next: POST /v1/gateways/{options.Id}/keys in the cloud with the public key; "
                    + "the agent changes over by itself");
            return ExitCode.Ok;
        });
        return new("key", "The key that signs this edge's rounds.") { verb };
    }

    /// <summary>The one that waits for the cloud, else a new one.</summary>
    private static SigningKey Next(string data, EdgeOptions options)
    {
        using var secrets = EdgeSecrets.Load(data);
        var keys = new EdgeKeys(secrets);
        var rosters = new RosterFile(Path.Combine(data, "documents"), new(options.CloudPublicKey));
        if (rosters.Load() is { } kept) keys.Follow(kept.Roster);
        if (secrets.Keys[^1] is var newest && newest != keys.Active) return SigningKey.Import(newest.Export());
        return EdgeSecrets.MakeKey(EdgeSecrets.Folder(data), secrets.Keys.Count + 1);
    }
}
