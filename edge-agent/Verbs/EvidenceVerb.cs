using System.CommandLine;
using MqttPay.Host.Cli;
using MqttPay.Host.Evidence;
using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Verbs;

/// <summary>
/// <c>evidence</c>: the two messages that prove a cloned key, out of the journal, and the check that anybody can make.
/// </summary>
internal static class EvidenceVerb
{
    private const int FileMax = 64 * 1024;

    public static Command Create() => new("evidence", "Proof that two devices hold one key.") { Export(), Verify() };

    private static Command Export()
    {
        var data = DataOption.Create();
        var config = new Option<string?>("--config") { Description = "Default: edge.json in the data folder." };
        var kid = new Option<string>("--kid") { Description = "The key: 16 hex digits.", Required = true };
        var target = new Option<string>("--out") { Description = "The file to write.", Required = true };
        var verb = new Command("export", "Write the newest pair of messages that prove a clone of a key.")
        {
            data, config, kid, target,
        };
        verb.SetAction(async (parsed, cancel) =>
        {
            var text = parsed.GetRequiredValue(kid);
            if (!KeyId.TryParse(text, out var wanted))
                throw new VerbException(ExitCode.Usage, $"MP1001 usage: '{text}' is no key id (16 hex digits)");
            var past = new PastReading(parsed.GetRequiredValue(data), parsed.GetValue(config));
            var (first, second) = PairOf(past, wanted)
                ?? throw new VerbException(ExitCode.Failed, $"this journal proves no clone of {wanted}");
            var key = KeyOf(past, wanted)
                ?? throw new VerbException(ExitCode.Failed, $"no roster that is kept names {wanted}");
            var path = parsed.GetRequiredValue(target);
            await File.WriteAllTextAsync(path, new CloneEvidence(key, first, second).ToJson() + "\n", cancel);
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"written   {path}");
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Command Verify()
    {
        var file = new Argument<string>("file") { Description = "What 'evidence export' wrote." };
        var verb = new Command("verify", "Check a pair with the public key alone; exit code 3: it proves nothing.")
        {
            file,
        };
        verb.SetAction(async (parsed, cancel) =>
        {
            var path = parsed.GetRequiredValue(file);
            if (!File.Exists(path) || new FileInfo(path).Length > FileMax)
                throw new VerbException(ExitCode.Usage, $"MP1001 usage: there is no file {path} of such evidence");
            var evidence = CloneEvidence.TryRead(await File.ReadAllTextAsync(path, cancel))
                ?? throw new VerbException(ExitCode.Usage, $"MP1001 usage: {path} holds no {CloneEvidence.Kind}");
            var fault = evidence.Fault();
            await parsed.InvocationConfiguration.Output.WriteLineAsync(fault is null
                ? $"PROVEN    two devices hold key {evidence.Key.Id}"
                : $"NOT PROVEN   key {evidence.Key.Id}: {fault}");
            return fault is null ? ExitCode.Ok : ExitCode.ChecksFailed;
        });
        return verb;
    }

    private static (byte[] First, byte[] Second)? PairOf(PastReading past, KeyId wanted)
    {
        (byte[], byte[])? newest = null;
        var book = new EdgeBook(past.Options.Id, 1);
        past.Read(book, (round, bytes) =>
        {
            foreach (var told in round.Leaves.OfType<Leaf.Event>())
                if (EventCodec.TryParse(told.Body, out var body) is WireError.None
                    && body is RoundEvent.Conflict conflict
                    && RequestCodec.TryParse(conflict.Second, out var view) is WireError.None && view.Kid == wanted)
                    newest = (conflict.First, conflict.Second);
            return Replay.Apply(book, round, bytes);
        });
        return newest;
    }

    private static PublicKey? KeyOf(PastReading past, KeyId wanted) =>
        past.Rosters().OrderByDescending(static kept => kept.Key)
            .SelectMany(static kept => kept.Value.Devices)
            .FirstOrDefault(device => device.Key.Id == wanted)?.Key;
}
