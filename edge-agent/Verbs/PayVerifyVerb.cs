using System.CommandLine;
using System.Text.Json;
using MqttPay.EdgeAgent.Http;
using MqttPay.Host.Cli;
using MqttPay.Host.Signatures;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Verbs;

/// <summary>
/// <c>pay verify</c>: checks a payment's proof with the edge's key. With a file (what <c>pay show --json</c> printed)
/// and
/// <c>--key</c> it needs neither agent nor data folder.
/// </summary>
internal static class PayVerifyVerb
{
    private const int FileMax = 64 * 1024;

    public static Command Create(Option<bool> json)
    {
        var subject = new Argument<string>("file-or-id")
        {
            Description = "A file that 'pay show --json' printed, or a payment id.",
        };
        var data = new Option<string>("--data")
        {
            Description = "The agent's data folder: for a payment id, and for its key.",
        };
        var key = new Option<string>("--key")
        {
            Description = "The edge's public key: a COSE_Key in hex. Default: the data folder's.",
        };
        var verb = new Command("verify", "Check the proof of a payment and the edge's signature.")
        {
            subject, data, key,
        };
        verb.SetAction(async (parsed, cancel) =>
        {
            var folder = parsed.GetValue(data);
            var keys = KeysOf(parsed.GetValue(key), folder);
            var report = await ReportAsync(parsed.GetRequiredValue(subject), folder, cancel);
            var faults = keys.Select(each => ReceiptProof.Fault(report, each)).ToArray();
            var signer = keys.Where((_, i) => faults[i] is null).FirstOrDefault();
            var fault = signer is null ? faults[^1] : null;
            var output = parsed.InvocationConfiguration.Output;
            await output.WriteLineAsync((parsed.GetValue(json), fault) switch
            {
                (true, _) => JsonSerializer.Serialize(
                    new { valid = fault is null, fault, report.PaymentId }, AgentJson.Options),
                (false, null) => $"valid     payment {report.PaymentId}: {report.Code}, signed with key {signer!.Id}",
                _ => $"INVALID   payment {report.PaymentId}: {fault}",
            });
            return fault is null ? ExitCode.Ok : ExitCode.ChecksFailed;
        });
        return verb;
    }

    private static async Task<PaymentReport> ReportAsync(string subject, string? data, CancellationToken cancel)
    {
        if (!File.Exists(subject))
        {
            if (data is null) throw Misused($"there is no file {subject}; for a payment id name --data");
            return AgentSocket.Parse<PaymentReport>(await AskVerbs.ReadAsync(data, subject, cancel));
        }

        if (new FileInfo(subject).Length > FileMax) throw Misused($"{subject} is too long for a receipt");
        try
        {
            return AgentSocket.Parse<PaymentReport>(await File.ReadAllTextAsync(subject, cancel));
        }
        catch (JsonException fault)
        {
            throw Misused($"{subject} is no receipt: {fault.Message}");
        }
    }

    /// <summary>
    /// The key never comes with the receipt: whoever forged one would bring theirs. An edge may have had several.
    /// </summary>
    private static List<PublicKey> KeysOf(string? hex, string? data)
    {
        if (hex is not null) return [EdgeOptions.TryReadKey(hex) ?? throw Misused("--key is no COSE_Key in hex")];
        var keys = new List<PublicKey>();
        for (var path = PathOf(1); File.Exists(path); path = PathOf(keys.Count + 1))
        {
            using var key = SigningKey.Import(File.ReadAllBytes(path));
            keys.Add(key.Public);
        }

        if (keys.Count == 0) throw Misused("name the edge's public key with --key, or its --data folder");
        return keys;

        string PathOf(int number) => Path.Combine(data ?? "", "credentials", EdgeSecrets.NameOf(number));
    }

    private static VerbException Misused(string reason) => new(ExitCode.Usage, $"MP1001 usage: {reason}");
}
