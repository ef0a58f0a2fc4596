namespace MqttPay.FirmwareSim.Demo;

/// <summary>
/// A copy of a folder at one moment, to be put back much later: what a gateway meets when somebody restores its disk.
/// </summary>
internal sealed class Backup
{
    private readonly string folder;
    private readonly string copy;

    /// <param name="copy">Where the copy lies; it must not exist yet.</param>
    public Backup(string folder, string copy)
    {
        this.folder = folder;
        this.copy = copy;
        Copy(folder, copy);
    }

    public void Restore()
    {
        Directory.Delete(folder, recursive: true);
        Copy(copy, folder);
    }

    private static void Copy(string from, string to)
    {
        var made = Directory.CreateDirectory(to);
        if (!OperatingSystem.IsWindows()) made.UnixFileMode = File.GetUnixFileMode(from);
        foreach (var file in Directory.EnumerateFiles(from))
            if (!file.EndsWith(".sock", StringComparison.Ordinal))   // A killed process leaves its socket behind.
                File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var child in Directory.EnumerateDirectories(from))
            Copy(child, Path.Combine(to, Path.GetFileName(child)));
    }
}
