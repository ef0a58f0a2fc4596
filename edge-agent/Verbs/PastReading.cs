using MqttPay.EdgeAgent.Fences;
using MqttPay.EdgeAgent.Storage;
using MqttPay.EdgeAgent.Sync;
using MqttPay.Host.Cli;
using MqttPay.Rounds;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Verbs;

/// <summary>Reads the journals of a data folder, or of a copy, and writes nothing.</summary>
internal sealed class PastReading(string data, string? config)
{
    private readonly string folder = Path.GetFullPath(data);

    public EdgeOptions Options { get; } = EdgeOptions.Load(Path.GetFullPath(data), config);

    private CloudDocuments Documents => new(Options.CloudPublicKey);

    /// <summary>Every roster that is still kept, by version.</summary>
    public IReadOnlyDictionary<uint, Roster> Rosters() =>
        new RosterFile(Path.Combine(folder, "documents"), Documents).LoadAll()
            .ToDictionary(static kept => kept.Roster.Version, static kept => kept.Roster);

    /// <summary>Refuses while an agent writes there: what is read would change meanwhile.</summary>
    public void RefuseWhenRunning()
    {
        var path = Path.Combine(folder, "lock");
        if (!File.Exists(path)) return;
        try
        {
            File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
        }
        catch (IOException)
        {
            throw new VerbException(
                ExitCode.Refused, $"MP1001 usage: an agent runs on {folder}; stop it, or name a copy of the folder");
        }
    }

    /// <summary>Takes each round in its order. Returns why the journal ends early, or null.</summary>
    public string? Read(EdgeBook book, Func<SignedRound, int, string?> take)
    {
        try
        {
            using var history = History.Recover(
                new RealDisk(), folder, options: null, Options.Id, Documents, book, take);
            return history.Damage;
        }
        catch (JournalFailedException fault)
        {
            throw new VerbException(ExitCode.Failed, fault.Message);
        }
    }
}
