namespace MqttPay.EdgeAgent.Storage;

/// <summary>The machine's disk.</summary>
internal sealed class RealDisk : IDisk
{
    private const UnixFileMode OwnerOnly =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const FileShare Shared = FileShare.ReadWrite | FileShare.Delete;

    public IDiskFile Open(string path, bool writable) =>
        new RealDiskFile(path, File.OpenHandle(
            path, FileMode.Open, writable ? FileAccess.ReadWrite : FileAccess.Read, Shared));

    public IDiskFile Create(string path, long size)
    {
        try
        {
            return CreateReserved(path, size);
        }
        catch (IOException cause) when (FreeBytes(path) < size)
        {
            throw new DiskFullException(path, size, cause);
        }
    }

    public IDisposable Lock(string path) =>
        File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    public IReadOnlyList<string> List(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))] : [];

    public bool FolderExists(string folder) => Directory.Exists(folder);

    public void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("The edge's storage needs Linux.");
        Directory.CreateDirectory(folder, OwnerOnly);
    }

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void Delete(string path) => File.Delete(path);

    public void SyncFolder(string folder) => LinuxCalls.SyncFolder(folder);

    public string? Volatile(string folder) => LinuxCalls.VolatileFileSystem(folder);

    private static RealDiskFile CreateReserved(string path, long size)
    {
        var handle = File.OpenHandle(
            path, FileMode.CreateNew, FileAccess.ReadWrite, Shared, FileOptions.None, preallocationSize: size);
        try
        {
            // The space is reserved beyond the end; with the length unset each append would have to write it too.
            RandomAccess.SetLength(handle, size);
            return new RealDiskFile(path, handle);
        }
        catch (IOException)
        {
            handle.Dispose();
            throw;
        }
    }

    private static long FreeBytes(string path) => new DriveInfo(Path.GetFullPath(path)).AvailableFreeSpace;
}
