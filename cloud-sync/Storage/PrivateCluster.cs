using System.Globalization;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Npgsql;

namespace MqttPay.CloudSync.Storage;

/// <summary>
/// The embedded default: a PostgreSQL cluster of our own below the data folder, reachable only through a Unix socket.
/// Every user of the cluster holds a shared lock; whoever leaves last stops it, and a crash leaves it to the next
/// start.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class PrivateCluster : IAsyncDisposable
{
    private const string Role = "mqttpay";
    private const int SocketPathMax = 107;   // The size of sun_path, less its closing zero.

    private static readonly TimeSpan StopWait = TimeSpan.FromSeconds(60);

    private readonly string home;
    private readonly ClusterBinaries binaries;
    private readonly ClusterUser user;
    private readonly TimeProvider clock;
    private readonly FileLock use;

    private PrivateCluster(string home, ClusterBinaries binaries, ClusterUser user, TimeProvider clock, FileLock use) =>
        (this.home, this.binaries, this.user, this.clock, this.use) = (home, binaries, user, clock, use);

    /// <summary>How Npgsql reaches the cluster: the socket's folder is the host.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = SocketFolder(home) ?? throw new ClusterException("The private database is not running."),
        Username = Role,
        Password = File.ReadAllText(PasswordFile(home)).Trim(),
        Database = "postgres",
    }.ConnectionString;

    private string Data => DataFolder(home);

    /// <summary>
    /// Uses the cluster below <paramref name="dataFolder"/>: adopts it when it runs, else makes and starts it.
    /// </summary>
    public static async Task<PrivateCluster> OpenAsync(
        string dataFolder, string? binaryFolder, TimeProvider clock, CancellationToken cancel)
    {
        dataFolder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataFolder));
        Directory.CreateDirectory(dataFolder);
        var home = Path.Combine(dataFolder, "database");
        var user = ClusterUser.Current();
        user.OpenWay(dataFolder);
        // The gate is held while the cluster comes or goes, so nobody joins one that is being stopped.
        using var gate = await FileLock.ExclusiveAsync(GateFile(home), clock, cancel);
        var binaries = ClusterBinaries.Find(binaryFolder, MajorOf(home));
        if (MajorOf(home) is null) await MakeAsync(home, binaries, user, cancel);
        var cluster = new PrivateCluster(home, binaries, user, clock, FileLock.Shared(UseFile(home)));
        try
        {
            if (!await cluster.RunningAsync(cancel)) await cluster.StartAsync(cancel);
            return cluster;
        }
        catch
        {
            cluster.use.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(StopWait, clock);
        using var gate = await FileLock.ExclusiveAsync(GateFile(home), clock, patience.Token);
        use.Dispose();
        using var alone = FileLock.TryExclusive(UseFile(home));
        if (alone is null) return;
        await user.RunAsync(binaries.PgCtl, ["-D", Data, "-m", "fast", "-w", "stop"], home, patience.Token);
    }

    private static async Task MakeAsync(
        string home, ClusterBinaries binaries, ClusterUser user, CancellationToken cancel)
    {
        user.MakeFolder(home);
        // Made aside and moved into place, so a crash leaves no half cluster that looks like a whole one.
        var draft = DataFolder(home) + ".new";
        if (Directory.Exists(draft)) Directory.Delete(draft, recursive: true);
        File.Delete(PasswordFile(home));
        SecretFile.Write(PasswordFile(home), RandomNumberGenerator.GetHexString(48, lowercase: true));
        user.Own(PasswordFile(home));
        var (exit, output) = await user.RunAsync(
            binaries.Initdb,
            [
                "-D", draft, "-U", Role, "-E", "UTF8", "--locale=C", "--data-checksums", "-A", "scram-sha-256",
                "--pwfile", PasswordFile(home),
            ],
            home,
            cancel);
        if (exit != 0) throw new ClusterException($"initdb failed with exit code {exit}:\n{output}");
        Directory.Move(draft, DataFolder(home));
    }

    private async Task StartAsync(CancellationToken cancel)
    {
        var folder = home;
        if (Path.Combine(folder, ".s.PGSQL.5432").Length > SocketPathMax)
        {
            // A socket's path has little room: a short folder of its own then, which postmaster.pid names to others.
            folder = Directory.CreateTempSubdirectory("mqttpay-").FullName;
            user.Own(folder);
        }

        var options = $"-c listen_addresses='' -c unix_socket_directories='{folder}' -c port=5432 " +
            "-c unix_socket_permissions=0700 -c max_connections=100 -c shared_buffers=128MB -c max_wal_size=2GB " +
            "-c checkpoint_timeout=15min -c wal_compression=on";
        var (exit, output) = await user.RunAsync(
            binaries.PgCtl,
            ["-D", Data, "-l", Path.Combine(home, "server.log"), "-w", "-t", "60", "-o", options, "start"],
            home,
            cancel);
        if (exit != 0)
            throw new ClusterException($"PostgreSQL did not start (exit code {exit}):\n{output}{Tail(home)}");
    }

    private async Task<bool> RunningAsync(CancellationToken cancel)
    {
        var (exit, _) = await user.RunAsync(binaries.PgCtl, ["-D", Data, "status"], home, cancel);
        return exit == 0;
    }

    /// <summary>The fifth line of postmaster.pid is the folder of the socket, the first process id above it.</summary>
    private static string? SocketFolder(string home)
    {
        var file = Path.Combine(DataFolder(home), "postmaster.pid");
        if (!File.Exists(file)) return null;
        var lines = File.ReadAllLines(file);
        return lines.Length > 4 ? lines[4] : null;
    }

    private static int? MajorOf(string home)
    {
        var file = Path.Combine(DataFolder(home), "PG_VERSION");
        return File.Exists(file) ? int.Parse(File.ReadAllText(file).Trim(), CultureInfo.InvariantCulture) : null;
    }

    private static string Tail(string home)
    {
        var log = Path.Combine(home, "server.log");
        return File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(10)) : "";
    }

    private static string DataFolder(string home) => Path.Combine(home, "data");

    private static string PasswordFile(string home) => Path.Combine(home, "password");

    private static string GateFile(string home) => home + ".gate.lock";

    private static string UseFile(string home) => home + ".use.lock";
}
