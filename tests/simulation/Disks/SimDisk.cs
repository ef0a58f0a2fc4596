using MqttPay.EdgeAgent.Storage;

namespace MqttPay.Simulation.Disks;

/// <summary>
/// A disk in memory under the production journal. Files become durable by their own sync, their names by the sync of
/// the folder. It can be crashed, filled, made to fail, to lie, to rot, and set back to an older state.
/// </summary>
internal sealed class SimDisk(Draws draws) : IDisk
{
    private readonly SortedDictionary<string, SimFile> names = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SimFile> durableNames = new(StringComparer.Ordinal);
    private readonly List<(string Folder, Action<SortedDictionary<string, SimFile>> Apply)> pending = [];
    private readonly SortedSet<string> folders = new(StringComparer.Ordinal);
    private readonly HashSet<string> locks = [];
    private int life;
    private bool dead;

    /// <summary>Fails the step that comes after so many more, and all after it; negative for none.</summary>
    public int FailAfter { get; set; } = -1;

    /// <summary>Says that bytes are durable while they are not.</summary>
    public bool Lies { get; set; }

    /// <summary>New files are refused.</summary>
    public bool Full { get; set; }

    /// <summary>Ends the process: open files and locks are gone, and unsynced bytes fare as the mode says.</summary>
    public void Crash(CrashMode mode)
    {
        (life, dead, FailAfter) = (life + 1, false, -1);
        locks.Clear();
        if (mode is CrashMode.Kill) return;
        Lies = false;
        var kept = mode is CrashMode.Strict ? 0 : draws.Below(pending.Count + 1);
        for (var i = 0; i < kept; i++) pending[i].Apply(durableNames);
        pending.Clear();
        names.Clear();
        foreach (var (path, file) in durableNames)
        {
            file.LosePower(mode, draws);
            names.Add(path, file);
        }
    }

    /// <summary>What a backup of the durable state holds.</summary>
    public IReadOnlyList<(string Path, SimFile File)> Snapshot()
    {
        List<(string, SimFile)> copies = [];
        foreach (var (path, file) in durableNames) copies.Add((path, file.CopyOfDurable()));
        return copies;
    }

    /// <summary>The files of a backup take the place of all others.</summary>
    public void Restore(IReadOnlyList<(string Path, SimFile File)> backup)
    {
        names.Clear();
        durableNames.Clear();
        pending.Clear();
        foreach (var (path, file) in backup) names[path] = durableNames[path] = file.CopyOfDurable();
    }

    /// <summary>A bit of one segment changes at rest.</summary>
    public bool Rot()
    {
        List<SimFile> candidates = [];
        foreach (var (path, file) in durableNames)
            if (path.EndsWith(".seg", StringComparison.Ordinal)
                && !path.EndsWith("spare.seg", StringComparison.Ordinal))
                candidates.Add(file);
        return candidates.Count > 0 && candidates[draws.Below(candidates.Count)].Rot(draws);
    }

    public IDiskFile Open(string path, bool writable)
    {
        Step();
        return new SimHandle(this, names.GetValueOrDefault(path) ?? throw new FileNotFoundException(path));
    }

    public IDiskFile Create(string path, long size)
    {
        Step();
        if (names.ContainsKey(path)) throw new IOException($"{path} exists");
        if (Full) throw new DiskFullException(path, size);
        var file = new SimFile((int)size);
        Name(path, to => to[path] = file);
        return new SimHandle(this, file);
    }

    public IDisposable Lock(string path)
    {
        if (!locks.Add(path)) throw new IOException($"{path} is held");
        return new Held(this, path, life);
    }

    public IReadOnlyList<string> List(string folder)
    {
        List<string> found = [];
        foreach (var path in names.Keys)
            if (Path.GetDirectoryName(path) == folder) found.Add(Path.GetFileName(path));
        return found;
    }

    public bool FolderExists(string folder) => folders.Contains(folder);

    public void CreateFolder(string folder)
    {
        Step();
        folders.Add(folder);
    }

    public void Rename(string from, string to)
    {
        Step();
        var file = names.GetValueOrDefault(from) ?? throw new FileNotFoundException(from);
        Name(from, all =>
        {
            all.Remove(from);
            all[to] = file;
        });
    }

    public void Delete(string path)
    {
        Step();
        Name(path, all => all.Remove(path));
    }

    public void SyncFolder(string folder)
    {
        Step();
        if (Lies) return;
        foreach (var change in pending)
            if (change.Folder == folder) change.Apply(durableNames);
        pending.RemoveAll(change => change.Folder == folder);
    }

    public string? Volatile(string folder) => null;

    internal int Life => life;

    internal Draws Draws => draws;

    /// <summary>Counts down to the planned failure.</summary>
    internal void Step()
    {
        if (dead) throw new IOException("the disk is gone");
        if (FailAfter < 0 || FailAfter-- > 0) return;
        dead = true;
        throw new IOException("failed as planned");
    }

    private void Name(string path, Action<SortedDictionary<string, SimFile>> apply)
    {
        apply(names);
        pending.Add((Path.GetDirectoryName(path)!, apply));
    }

    private sealed class Held(SimDisk disk, string path, int life) : IDisposable
    {
        public void Dispose()
        {
            if (disk.life == life) disk.locks.Remove(path);
        }
    }
}
