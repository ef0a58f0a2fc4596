using MqttPay.EdgeAgent.Storage;

namespace MqttPay.IntegrationTests.LiteDb;

/// <summary>The machine's disk, and how many bytes were written to it.</summary>
internal sealed class CountingDisk : IDisk
{
    private readonly RealDisk disk = new();
    private long written;

    public long Written => Interlocked.Read(ref written);

    public IDiskFile Open(string path, bool writable) => new Counted(this, disk.Open(path, writable));

    public IDiskFile Create(string path, long size) => new Counted(this, disk.Create(path, size));

    public IDisposable Lock(string path) => disk.Lock(path);

    public IReadOnlyList<string> List(string folder) => disk.List(folder);

    public bool FolderExists(string folder) => disk.FolderExists(folder);

    public void CreateFolder(string folder) => disk.CreateFolder(folder);

    public void Rename(string from, string to) => disk.Rename(from, to);

    public void Delete(string path) => disk.Delete(path);

    public void SyncFolder(string folder) => disk.SyncFolder(folder);

    public string? Volatile(string folder) => disk.Volatile(folder);

    private sealed class Counted(CountingDisk disk, IDiskFile file) : IDiskFile
    {
        public long Length => file.Length;

        public int Read(long offset, Span<byte> target) => file.Read(offset, target);

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            Interlocked.Add(ref disk.written, bytes.Length);
            file.Write(offset, bytes);
        }

        public void SetLength(long length) => file.SetLength(length);

        public void SyncContent() => file.SyncContent();

        public void SyncAll() => file.SyncAll();

        public void Dispose() => file.Dispose();
    }
}
