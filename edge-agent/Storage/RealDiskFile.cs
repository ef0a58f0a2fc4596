using Microsoft.Win32.SafeHandles;

namespace MqttPay.EdgeAgent.Storage;

/// <summary>A file of the machine, read and written at offsets.</summary>
internal sealed class RealDiskFile(string path, SafeFileHandle handle) : IDiskFile
{
    public long Length => RandomAccess.GetLength(handle);

    public int Read(long offset, Span<byte> target)
    {
        var done = 0;
        while (done < target.Length)
        {
            var read = RandomAccess.Read(handle, target[done..], offset + done);
            if (read == 0) break;
            done += read;
        }

        return done;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(handle, bytes, offset);

    public void SetLength(long length) => RandomAccess.SetLength(handle, length);

    public void SyncContent() => LinuxCalls.SyncContent(handle, path);

    public void SyncAll() => RandomAccess.FlushToDisk(handle);

    public void Dispose() => handle.Dispose();
}
