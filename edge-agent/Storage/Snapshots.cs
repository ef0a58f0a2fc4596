using System.Globalization;

namespace MqttPay.EdgeAgent.Storage;

/// <summary>
/// The two newest snapshots of a fence. One counts only after it was read back and its name is durable. One thread uses
/// it at a time. Failures are <see cref="IOException"/>: the caller tells somebody and tries again later.
/// </summary>
internal sealed class Snapshots
{
    private const int Kept = 2;
    private const string Extension = ".snap";
    private const string Unfinished = ".tmp";

    private readonly IDisk disk;
    private readonly string folder;
    private readonly uint edge;
    private readonly uint fence;
    private readonly List<long> valid = [];

    private Snapshots(IDisk disk, string folder, uint edge, uint fence) =>
        (this.disk, this.folder, this.edge, this.fence) = (disk, folder, edge, fence);

    /// <summary>LSNs of the snapshots that were read and verified, newest first.</summary>
    public IReadOnlyList<long> Valid => valid;

    /// <summary>The last frame that both kept snapshots cover, 0 without two: no segment above it may retire.</summary>
    public long CoveredByAll => valid.Count < Kept ? 0 : valid[Kept - 1];

    /// <summary>Opens the snapshots of a fence under the agent's data folder and verifies each.</summary>
    public static Snapshots Open(IDisk disk, string data, uint edge, uint fence)
    {
        var folder = Path.Combine(data, "snapshots");
        JournalFolders.Make(disk, data, folder);
        var snapshots = new Snapshots(disk, folder, edge, fence);
        foreach (var name in disk.List(folder).Where(name => name.EndsWith(Unfinished, StringComparison.Ordinal)))
            disk.Delete(Path.Combine(folder, name));

        snapshots.valid.AddRange(snapshots.Stored().Where(lsn => snapshots.TryLoad(lsn) is not null));
        return snapshots;
    }

    /// <summary>The newest whose checksums hold, null when there is none.</summary>
    public Snapshot? LoadNewestValid() =>
        valid.Select(TryLoad).FirstOrDefault(snapshot => snapshot is not null);

    /// <summary>Writes a snapshot, which counts when this returns, and drops all but the two newest.</summary>
    public void Save(Snapshot snapshot)
    {
        Invariant.Holds(snapshot.Lsn > 0);
        var path = PathOf(snapshot.Lsn);
        var unfinished = path + Unfinished;
        if (disk.List(folder).Contains(Path.GetFileName(unfinished))) disk.Delete(unfinished);

        var bytes = SnapshotFile.Encode(edge, fence, snapshot);
        using (var file = disk.Create(unfinished, bytes.Length))
        {
            file.Write(0, bytes);
            file.SyncAll();
        }

        if (ReadFile(unfinished, snapshot.Lsn) is null)
            throw new IOException($"{unfinished} does not read as it was written.");

        disk.Rename(unfinished, path);
        disk.SyncFolder(folder);
        valid.Remove(snapshot.Lsn);
        valid.Add(snapshot.Lsn);
        valid.Sort((one, other) => other.CompareTo(one));
        DropOld();
    }

    private void DropOld()
    {
        if (valid.Count > Kept) valid.RemoveRange(Kept, valid.Count - Kept);
        foreach (var lsn in Stored().Where(lsn => !valid.Contains(lsn)).ToList())
            disk.Delete(PathOf(lsn));
        disk.SyncFolder(folder);
    }

    private Snapshot? TryLoad(long lsn)
    {
        try
        {
            return ReadFile(PathOf(lsn), lsn);
        }
        catch (IOException)
        {
            // One that cannot be read is as good as one that does not verify: the older one is taken.
            return null;
        }
    }

    private Snapshot? ReadFile(string path, long lsn)
    {
        using var file = disk.Open(path, writable: false);
        var bytes = new byte[file.Length];
        return file.Read(0, bytes) == bytes.Length ? SnapshotFile.Read(bytes, edge, fence, lsn) : null;
    }

    /// <summary>LSNs that file names of this fence tell, newest first.</summary>
    private IEnumerable<long> Stored() =>
        disk.List(folder).Select(LsnOf).OfType<long>().OrderDescending();

    private long? LsnOf(string name)
    {
        var prefix = string.Create(CultureInfo.InvariantCulture, $"{fence}-");
        if (!name.StartsWith(prefix, StringComparison.Ordinal)) return null;
        if (!name.EndsWith(Extension, StringComparison.Ordinal)) return null;

        var digits = name.AsSpan(prefix.Length, name.Length - prefix.Length - Extension.Length);
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var lsn) ? lsn : null;
    }

    private string PathOf(long lsn) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{fence}-{lsn}{Extension}"));
}
