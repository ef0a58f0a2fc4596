using MqttPay.EdgeAgent.Storage;

namespace MqttPay.UnitTests.EdgeAgent.Storage;

/// <summary>
/// A disk in memory that can be crashed, and whose n-th step can fail. Files become durable by their own sync, their
/// names by the sync of the folder.
/// </summary>
internal sealed class SimulatedDisk(int seed = 0) : IDisk
{
    private readonly Lock one = new();
    private readonly Random random = new(seed);
    private readonly HashSet<string> locks = [];
    private readonly HashSet<string> folders = [];
    private readonly Dictionary<string, SimulatedFile> names = [];
    private readonly Dictionary<string, SimulatedFile> durableNames = [];
    private readonly List<(string Folder, Action<Dictionary<string, SimulatedFile>> Apply)> pending = [];
    private int life;
    private bool dead;

    /// <summary>Steps so far: opening, creating, writing, resizing, syncing, renaming, deleting.</summary>
    public int Steps { get; private set; }

    /// <summary>The step that fails, 0 for none.</summary>
    public int FailAt { get; set; }

    /// <summary>Whether everything after the failing step fails too, as if the process had died there.</summary>
    public bool FailsFromThen { get; set; }

    /// <summary>Whether a failing write still writes its first half.</summary>
    public bool ShortWrites { get; set; }

    /// <summary>Bytes that new files may still take; null for no limit.</summary>
    public long? Room { get; set; }

    public string? FileSystem { get; set; }

    /// <summary>Called before a rename, to let others act just then.</summary>
    public Action? Renaming { get; set; }

    public IReadOnlyList<string> Paths => [.. names.Keys.Order(StringComparer.Ordinal)];

    public byte[] this[string path]
    {
        get => [.. names[path].Content];
        set => names[path] = durableNames[path] = new SimulatedFile(value);
    }

    public void Remove(string path)
    {
        names.Remove(path);
        durableNames.Remove(path);
    }

    /// <summary>Ends the process: open files and locks are gone, and unsynced bytes fare as the mode says.</summary>
    public void Crash(CrashMode mode)
    {
        lock (one)
        {
            (life, dead, FailAt) = (life + 1, false, 0);
            locks.Clear();
            if (mode == CrashMode.Kill) return;

            var kept = mode == CrashMode.Strict ? 0 : random.Next(pending.Count + 1);
            foreach (var (_, apply) in pending.Take(kept))
                apply(durableNames);
            pending.Clear();
            names.Clear();
            foreach (var (path, file) in durableNames)
            {
                file.LosePower(mode, random);
                names.Add(path, file);
            }
        }
    }

    public IDiskFile Open(string path, bool writable)
    {
        lock (one)
        {
            Step("open");
            return new Handle(this, names.GetValueOrDefault(path) ?? throw new FileNotFoundException(path));
        }
    }

    public IDiskFile Create(string path, long size)
    {
        lock (one)
        {
            Step("create");
            if (names.ContainsKey(path)) throw new IOException($"{path} exists");
            if (Room < size) throw new DiskFullException(path, size);

            Room -= size;
            var file = new SimulatedFile([]);
            file.SetLength(size);
            Name(path, to => to[path] = file);
            return new Handle(this, file);
        }
    }

    public IDisposable Lock(string path)
    {
        lock (one)
        {
            if (!locks.Add(path)) throw new IOException($"{path} is held");
            return new Held(this, path, life);
        }
    }

    public IReadOnlyList<string> List(string folder)
    {
        lock (one)
        {
            return [.. names.Keys.Where(path => Path.GetDirectoryName(path) == folder).Select(Path.GetFileName)!];
        }
    }

    public bool FolderExists(string folder) => folders.Contains(folder);

    public void CreateFolder(string folder)
    {
        lock (one)
        {
            Step("create folder");
            folders.Add(folder);
        }
    }

    public void Rename(string from, string to)
    {
        Renaming?.Invoke();
        lock (one)
        {
            Step("rename");
            var file = names.GetValueOrDefault(from) ?? throw new FileNotFoundException(from);
            Name(from, all =>
            {
                all.Remove(from);
                all[to] = file;
            });
        }
    }

    public void Delete(string path)
    {
        lock (one)
        {
            Step("delete");
            Room += names.GetValueOrDefault(path)?.Content.Length ?? 0;
            Name(path, all => all.Remove(path));
        }
    }

    public void SyncFolder(string folder)
    {
        lock (one)
        {
            Step("sync folder");
            foreach (var (_, apply) in pending.Where(change => change.Folder == folder))
                apply(durableNames);
            pending.RemoveAll(change => change.Folder == folder);
        }
    }

    public string? Volatile(string folder) => FileSystem;

    private void Name(string path, Action<Dictionary<string, SimulatedFile>> apply)
    {
        apply(names);
        pending.Add((Path.GetDirectoryName(path)!, apply));
    }

    private void Step(string what)
    {
        Steps++;
        if (dead || Steps == FailAt)
        {
            dead = FailsFromThen;
            throw new IOException($"step {Steps}, {what}, failed as planned");
        }
    }

    private sealed class Handle(SimulatedDisk disk, SimulatedFile file) : IDiskFile
    {
        private readonly int life = disk.life;
        private bool disposed;

        public long Length => file.Content.Length;

        public int Read(long offset, Span<byte> target)
        {
            lock (disk.one)
            {
                ObjectDisposedException.ThrowIf(disposed || life != disk.life, this);
                var count = (int)Math.Clamp(file.Content.Length - offset, 0, target.Length);
                file.Content.AsSpan((int)Math.Min(offset, file.Content.Length), count).CopyTo(target);
                return count;
            }
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            lock (disk.one)
            {
                try
                {
                    Step("write");
                }
                catch (IOException) when (disk.ShortWrites)
                {
                    file.Write(offset, bytes[..(bytes.Length / 2)]);
                    throw;
                }

                file.Write(offset, bytes);
            }
        }

        public void SetLength(long length)
        {
            lock (disk.one)
            {
                Step("set length");
                file.SetLength(length);
            }
        }

        public void SyncContent() => Sync("fdatasync");

        public void SyncAll() => Sync("fsync");

        public void Dispose() => disposed = true;

        private void Sync(string what)
        {
            lock (disk.one)
            {
                try
                {
                    Step(what);
                }
                catch (IOException)
                {
                    file.FailSync(disk.random);
                    throw;
                }

                file.Sync();
            }
        }

        private void Step(string what)
        {
            ObjectDisposedException.ThrowIf(disposed || life != disk.life, this);
            disk.Step(what);
        }
    }

    private sealed class Held(SimulatedDisk disk, string path, int life) : IDisposable
    {
        public void Dispose()
        {
            lock (disk.one)
            {
                if (disk.life == life) disk.locks.Remove(path);
            }
        }
    }
}
