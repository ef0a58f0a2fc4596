using System.Globalization;
using MqttPay.EdgeAgent.Storage;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Sync;

/// <summary>
/// The newest rosters on disk, as the cloud signed them: an agent that starts without a link knows its devices, and
/// what was decided by an earlier one can be decided again.
/// </summary>
internal sealed class RosterFile(string folder, CloudDocuments documents)
{
    /// <summary>How many versions are kept.</summary>
    public const int Kept = 8;

    private const string Prefix = "roster-";
    private const string Extension = ".cose";

    /// <summary>Every roster that is here and that the cloud's key vouches for, oldest first.</summary>
    public IReadOnlyList<(Roster Roster, Hash Digest)> LoadAll() =>
        [.. Versions().Order().Select(Read).Where(static read => read is not null).Select(static read => read!.Value)];

    /// <summary>The newest whole one with the digest of its message, or null.</summary>
    public (Roster Roster, Hash Digest)? Load() =>
        Versions().OrderDescending().Select(Read).FirstOrDefault(static read => read is not null);

    /// <summary>Durable when this returns. A power cut leaves the versions before, or this one too.</summary>
    public void Save(uint version, byte[] message)
    {
        Directory.CreateDirectory(folder);
        var path = PathOf(version);
        using (var file = new FileStream(path + ".new", FileMode.Create, FileAccess.Write))
        {
            file.Write(message);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
        LinuxCalls.SyncFolder(folder);
        foreach (var old in Versions().OrderDescending().Skip(Kept)) File.Delete(PathOf(old));
    }

    private (Roster Roster, Hash Digest)? Read(uint version)
    {
        var message = File.ReadAllBytes(PathOf(version));
        return documents.Open<Roster>(MessageKind.Roster, message, RosterCodec.TryParse) is { } roster
            ? (roster, Hash.Of(message))
            : null;
    }

    private IEnumerable<uint> Versions()
    {
        if (!Directory.Exists(folder)) return [];
        return
        [
            .. Directory.EnumerateFiles(folder, $"{Prefix}*{Extension}")
                .Select(path => Path.GetFileNameWithoutExtension(path)[Prefix.Length..])
                .Select(name => uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                    ? version
                    : 0)
                .Where(static version => version > 0),
        ];
    }

    private string PathOf(uint version) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{version}{Extension}"));
}
