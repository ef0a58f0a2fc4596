namespace MqttPay.IntegrationTests.Lifecycle;

/// <summary>What an operator does with a gateway's data folder: copies it, and one day puts the copy back.</summary>
internal static class Backup
{
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.GetDirectories(from)) Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        foreach (var file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    public static void Restore(string copy, string folder)
    {
        Directory.Delete(folder, recursive: true);
        Copy(copy, folder);
    }
}
