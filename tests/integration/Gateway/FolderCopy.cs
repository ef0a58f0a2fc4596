namespace MqttPay.IntegrationTests.Gateway;

/// <summary>A folder as it was, to be put back: what somebody does who restores a disk.</summary>
internal sealed class FolderCopy : IDisposable
{
    private readonly string folder;
    private readonly string copy = Directory.CreateTempSubdirectory("mqttpay-copy-").FullName;

    public FolderCopy(string folder)
    {
        this.folder = folder;
        Copy(folder, copy);
    }

    public string Path => copy;

    public void Restore()
    {
        Directory.Delete(folder, recursive: true);
        Copy(copy, folder);
    }

    public void Dispose() => Directory.Delete(copy, recursive: true);

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, System.IO.Path.Combine(to, System.IO.Path.GetFileName(file)));
        foreach (var child in Directory.EnumerateDirectories(from))
            Copy(child, System.IO.Path.Combine(to, System.IO.Path.GetFileName(child)));
    }
}
