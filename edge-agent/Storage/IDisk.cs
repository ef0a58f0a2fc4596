namespace MqttPay.EdgeAgent.Storage;

/// <summary>
/// What the edge's storage asks of a disk, and nothing more. Two implementations: the real one, and the simulated one
/// of the tests, which loses, tears and refuses writes. Failures are <see cref="IOException"/>.
/// </summary>
internal interface IDisk
{
    /// <summary>Opens a file that exists.</summary>
    IDiskFile Open(string path, bool writable);

    /// <summary>Makes a file that does not exist yet, with its space reserved and its length set.</summary>
    IDiskFile Create(string path, long size);

    /// <summary>Holds a file for this process alone until disposed; fails at once when another holds it.</summary>
    IDisposable Lock(string path);

    /// <summary>Names of the files in a folder, in no order; empty when there is no such folder.</summary>
    IReadOnlyList<string> List(string folder);

    bool FolderExists(string folder);

    /// <summary>Makes one folder, readable by its owner only. Its parent must exist.</summary>
    void CreateFolder(string folder);

    void Rename(string from, string to);

    void Delete(string path);

    /// <summary>Makes creations, renames and deletions in a folder durable.</summary>
    void SyncFolder(string folder);

    /// <summary>Why a folder cannot hold a journal (its file system is not a disk of this machine), or null.</summary>
    string? Volatile(string folder);
}
