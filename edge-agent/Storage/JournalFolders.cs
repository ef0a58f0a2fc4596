namespace MqttPay.EdgeAgent.Storage;

/// <summary>Makes folders that stay: a new one is durable only when its parent was synced.</summary>
internal static class JournalFolders
{
    /// <summary>Makes every level between the data folder, which exists, and a folder below it.</summary>
    public static void Make(IDisk disk, string data, string folder)
    {
        var level = data;
        foreach (var name in Path.GetRelativePath(data, folder).Split(Path.DirectorySeparatorChar))
        {
            var child = Path.Combine(level, name);
            if (!disk.FolderExists(child)) disk.CreateFolder(child);

            // Also when it exists: a killed process may have made it without getting to the sync.
            disk.SyncFolder(level);
            level = child;
        }
    }
}
