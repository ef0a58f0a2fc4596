using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Sync;

/// <summary>
/// The newest roster on disk, as the cloud signed it: an agent that starts without a link knows its devices.
/// </summary>
internal sealed class RosterFile(string folder, CloudDocuments documents)
{
    private string Path => System.IO.Path.Combine(folder, "roster.cose");

    /// <summary>
    /// The roster and the digest of its message; null when there is none, or none that the cloud's key vouches for.
    /// </summary>
    public (Roster Roster, Hash Digest)? Load()
    {
        if (!File.Exists(Path)) return null;
        var message = File.ReadAllBytes(Path);
        return documents.Open<Roster>(MessageKind.Roster, message, RosterCodec.TryParse) is { } roster
            ? (roster, Hash.Of(message))
            : null;
    }

    /// <summary>Replaces the file whole: a power cut leaves the old one or the new one.</summary>
    public void Save(byte[] message)
    {
        Directory.CreateDirectory(folder);
        var temporary = Path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            file.Write(message);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, Path, overwrite: true);
    }
}
