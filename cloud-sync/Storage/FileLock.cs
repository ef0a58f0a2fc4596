namespace MqttPay.CloudSync.Storage;

/// <summary>A lock between processes that the system releases when its holder ends, however it ends.</summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan PollPause = TimeSpan.FromMilliseconds(50);

    private readonly FileStream file;

    private FileLock(FileStream file) => this.file = file;

    /// <summary>Held by one process; null when anybody holds the file.</summary>
    public static FileLock? TryExclusive(string path)
    {
        try
        {
            return new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;   // Somebody holds it.
        }
    }

    /// <summary>Waits, asking again and again: the system has no call that waits and can be cancelled.</summary>
    public static async Task<FileLock> ExclusiveAsync(string path, TimeProvider clock, CancellationToken cancel)
    {
        while (true)
        {
            if (TryExclusive(path) is { } held) return held;
            await Task.Delay(PollPause, clock, cancel);
        }
    }

    /// <summary>Held by any number of processes together; keeps out an exclusive holder.</summary>
    public static FileLock Shared(string path)
    {
        new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite).Dispose();
        return new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read));
    }

    public void Dispose() => file.Dispose();
}
