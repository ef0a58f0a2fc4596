using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace MqttPay.CloudSync.Storage;

/// <summary>
/// The user who owns and runs the private cluster: this process's own, or, for root, postgres or nobody.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed partial class ClusterUser
{
    private readonly string? name;
    private readonly uint uid;
    private readonly uint gid;

    private ClusterUser(string? name, uint uid, uint gid) => (this.name, this.uid, this.gid) = (name, uid, gid);

    /// <summary>PostgreSQL refuses to run as root, so root hands the cluster to an unprivileged user.</summary>
    public static ClusterUser Current()
    {
        if (!Environment.IsPrivilegedProcess) return new(null, 0, 0);
        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(f => f.Length > 3).ToList();
        foreach (var wanted in (string[])["postgres", "nobody"])
        {
            if (users.Find(f => f[0] == wanted) is { } user)
            {
                return new(
                    wanted,
                    uint.Parse(user[2], CultureInfo.InvariantCulture),
                    uint.Parse(user[3], CultureInfo.InvariantCulture));
            }
        }

        throw new ClusterException(
            "PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody to run it as. " +
            "Start this program as an ordinary user.");
    }

    /// <summary>Makes a folder that only the cluster's user may read.</summary>
    public void MakeFolder(string folder)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Own(folder);
    }

    public void Own(string path)
    {
        if (name is null) return;
        if (ChangeOwner(path, uid, gid) != 0)
            throw new ClusterException($"{path} could not be given to user {name}: {new Win32Exception().Message}");
    }

    /// <summary>
    /// Lets the cluster's user pass through the folders above it: enter, not read. Only the data folder itself and
    /// folders below the temporary one are changed; any other closed folder is somebody's home and must be opened by
    /// hand.
    /// </summary>
    public void OpenWay(string dataFolder)
    {
        if (name is null) return;
        var temporary = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.GetTempPath()));
        for (var folder = dataFolder; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var mode = File.GetUnixFileMode(folder);
            if (mode.HasFlag(UnixFileMode.OtherExecute)) continue;
            var ours = folder == dataFolder || folder.StartsWith(temporary + '/', StringComparison.Ordinal);
            if (!ours)
            {
                throw new ClusterException(
                    $"User {name} runs the database and may not enter {folder}. " +
                    $"Run: chmod o+x {folder} — or use a data folder elsewhere.");
            }

            File.SetUnixFileMode(folder, mode | UnixFileMode.OtherExecute);
        }
    }

    /// <summary>Runs one of PostgreSQL's programs to its end and returns what it said.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(
        string program, IEnumerable<string> arguments, string workingFolder, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingFolder,
        };
        if (name is not null && OperatingSystem.IsLinux()) start.UserName = name;
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start) ?? throw new ClusterException($"{program} did not start.");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, await output + await error);
    }

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint uid, uint gid);
}
