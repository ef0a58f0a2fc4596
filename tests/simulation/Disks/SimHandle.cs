using MqttPay.EdgeAgent.Storage;

namespace MqttPay.Simulation.Disks;

/// <summary>A file as one life of a process holds it open.</summary>
internal sealed class SimHandle(SimDisk disk, SimFile file) : IDiskFile
{
    private readonly int life = disk.Life;
    private bool disposed;

    public long Length => file.Content.Length;

    public int Read(long offset, Span<byte> target)
    {
        ObjectDisposedException.ThrowIf(disposed || life != disk.Life, this);
        var count = (int)Math.Clamp(file.Content.Length - offset, 0, target.Length);
        if (count > 0) file.Content.AsSpan((int)offset, count).CopyTo(target);
        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            Step();
        }
        catch (IOException) when (disk.Draws.Percent(50))
        {
            file.Write((int)offset, bytes[..(bytes.Length / 2)]);   // A short write.
            throw;
        }

        file.Write((int)offset, bytes);
    }

    public void SetLength(long length)
    {
        Step();
        file.SetLength((int)length);
    }

    public void SyncContent() => Sync();

    public void SyncAll() => Sync();

    public void Dispose() => disposed = true;

    private void Sync()
    {
        try
        {
            Step();
        }
        catch (IOException) when (disk.Draws.Percent(50))
        {
            file.FailSync(disk.Draws);
            throw;
        }

        if (!disk.Lies) file.Sync();
    }

    private void Step()
    {
        ObjectDisposedException.ThrowIf(disposed || life != disk.Life, this);
        disk.Step();
    }
}
