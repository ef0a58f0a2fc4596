namespace MqttPay.EdgeAgent.Storage;

/// <summary>The next segment, made ahead so that no append waits for it or meets a full disk.</summary>
internal sealed class JournalSpare(IDisk disk, string folder, JournalOptions options, Action<Exception> failed)
    : IDisposable
{
    // The background makes the spare while the appending thread may come to take it: one waits for the other.
    private readonly Lock making = new();

    private IDiskFile? file;
    private bool disposed;
    private volatile bool ready;

    public bool Ready => ready;

    private string SparePath => Path.Combine(folder, JournalFiles.Spare);

    /// <summary>Makes the spare if there is none. A full disk is no failure: the next try may find room.</summary>
    public void Make()
    {
        lock (making)
        {
            if (file is not null || disposed) return;

            try
            {
                Prepare();
            }
            catch (DiskFullException)
            {
                ready = false;
            }
            catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
            {
                failed(cause);
            }
        }
    }

    /// <summary>
    /// Turns the spare, made now if it was not yet, into a segment: header first, then the name, each durable. All in
    /// one hold of the lock, or the background would take a spare without its new name for a left-over and delete it.
    /// </summary>
    public IDiskFile Become(string path, ReadOnlySpan<byte> header)
    {
        lock (making)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (file is null) Prepare();
            var segment = file!;
            segment.Write(0, header);
            segment.SyncContent();
            disk.Rename(SparePath, path);
            disk.SyncFolder(folder);
            (file, ready) = (null, false);
            return segment;
        }
    }

    public void Dispose()
    {
        lock (making)
        {
            disposed = true;
            ready = false;
            file?.Dispose();
            file = null;
        }
    }

    private void Prepare()
    {
        // One that a former process left may hold a header that was never renamed.
        if (disk.List(folder).Contains(JournalFiles.Spare)) disk.Delete(SparePath);

        var made = disk.Create(SparePath, options.SegmentSize);
        try
        {
            made.SyncAll();
            disk.SyncFolder(folder);
        }
        catch (IOException)
        {
            made.Dispose();
            throw;
        }

        (file, ready) = (made, true);
    }
}
