using MqttPay.EdgeAgent.Storage;

namespace MqttPay.EdgeAgent.Cache;

/// <summary>The cache's folder: two files of LiteDB and the state that says whether to believe them.</summary>
internal sealed class CacheFiles(IDisk disk, string data)
{
    private const string NewSuffix = ".new";

    private readonly string folder = Path.Combine(data, "cache");

    private string Content => Path.Combine(folder, "edge.db");

    private string Log => Path.Combine(folder, "edge-log.db");

    private string State => Path.Combine(folder, "state");

    public void MakeFolder()
    {
        if (!disk.FolderExists(folder)) disk.CreateFolder(folder);
    }

    /// <summary>Returns null when there is no state or when its bytes are not whole.</summary>
    public CacheState? ReadState()
    {
        if (!disk.List(folder).Contains(Path.GetFileName(State))) return null;
        using var file = disk.Open(State, writable: false);
        var bytes = new byte[Math.Min(file.Length, 1_024)];
        return CacheState.Decode(bytes.AsSpan(0, file.Read(0, bytes)));
    }

    /// <summary>Replaces the state durably: a power cut leaves the old one or the new one.</summary>
    public void WriteState(CacheState state)
    {
        var bytes = state.Encode();
        if (disk.List(folder).Contains(Path.GetFileName(State) + NewSuffix)) disk.Delete(State + NewSuffix);
        using (var file = disk.Create(State + NewSuffix, bytes.Length))
        {
            file.Write(0, bytes);
            file.SyncAll();
        }

        disk.Rename(State + NewSuffix, State);
        disk.SyncFolder(folder);
    }

    /// <summary>Opens LiteDB's files, which must exist.</summary>
    public (ProjectionStream Content, ProjectionStream Log) Open()
    {
        var content = new ProjectionStream(disk.Open(Content, writable: true));
        try
        {
            return (content, new(disk.Open(Log, writable: true)));
        }
        catch (IOException)
        {
            content.Dispose();
            throw;
        }
    }

    /// <summary>Deletes everything and makes empty files. The state goes first: without it nothing is opened.</summary>
    public void MakeAnew()
    {
        foreach (var path in new[] { State, State + NewSuffix, Content, Log })
            if (disk.List(folder).Contains(Path.GetFileName(path))) disk.Delete(path);
        disk.SyncFolder(folder);
        disk.Create(Content, 0).Dispose();
        disk.Create(Log, 0).Dispose();
    }
}
