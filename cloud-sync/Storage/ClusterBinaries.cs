using System.Diagnostics;
using System.Globalization;

namespace MqttPay.CloudSync.Storage;

/// <summary>One installed PostgreSQL: the folder with initdb, pg_ctl and postgres, and its major version.</summary>
internal sealed record ClusterBinaries(string Folder, int Major)
{
    public const int MajorMin = 15;

    private static readonly string[] Needed = ["initdb", "pg_ctl", "postgres"];

    public string Initdb => Path.Combine(Folder, "initdb");

    public string PgCtl => Path.Combine(Folder, "pg_ctl");

    /// <summary>
    /// Takes the version that made <paramref name="existingMajor"/>'s folder, or the newest for a new one.
    /// </summary>
    public static ClusterBinaries Find(string? option, int? existingMajor)
    {
        var places = Places(option).ToList();
        var found = places.SelectMany(Expand).Select(Probe).OfType<ClusterBinaries>()
            .DistinctBy(b => b.Folder).ToList();
        if (found.Count == 0) throw new ClusterException(NothingFound(places));
        if (existingMajor is { } wanted)
        {
            return found.Find(b => b.Major == wanted) ?? throw new ClusterException(
                $"The data folder was made by PostgreSQL {wanted}, but only " +
                $"{string.Join(", ", found.Select(b => b.Major).Distinct())} is installed. Install version {wanted}, " +
                "or dump with the old version and restore into a new folder.");
        }

        return found.Where(b => b.Major >= MajorMin).MaxBy(b => b.Major) ?? throw new ClusterException(
            $"PostgreSQL {found.Max(b => b.Major)} is installed; version {MajorMin} or later is needed.");
    }

    private static IEnumerable<string> Places(string? option)
    {
        if (option is not null) return [option];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(
            Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. path,
            "/usr/lib/postgresql/*/bin",
            "/usr/pgsql-*/bin",
            "/usr/local/pgsql/bin",
            "/opt/homebrew/opt/postgresql@*/bin",
            "/usr/local/opt/postgresql@*/bin",
            "/Applications/Postgres.app/Contents/Versions/*/bin",
        ];
    }

    private static IEnumerable<string> Expand(string place)
    {
        var star = place.IndexOf('*', StringComparison.Ordinal);
        if (star < 0) return [place];
        var parent = place[..(place.LastIndexOf('/', star) + 1)];
        var rest = place[parent.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (!Directory.Exists(parent)) return [];
        return Directory.EnumerateDirectories(parent, rest[..slash]).Select(d => Path.Combine(d, rest[(slash + 1)..]));
    }

    private static ClusterBinaries? Probe(string folder)
    {
        if (!File.Exists(Path.Combine(folder, "initdb"))) return null;
        // A link such as /usr/local/bin/initdb may stand alone: its target's folder has the other programs too.
        var real = File.ResolveLinkTarget(Path.Combine(folder, "initdb"), returnFinalTarget: true)?.FullName
            ?? Path.Combine(folder, "initdb");
        var home = Path.GetDirectoryName(real)!;
        if (!Needed.All(name => File.Exists(Path.Combine(home, name)))) return null;
        return ReadMajor(Path.Combine(home, "postgres")) is { } major ? new(home, major) : null;
    }

    private static int? ReadMajor(string postgres)
    {
        var start = new ProcessStartInfo(postgres, "--version") { RedirectStandardOutput = true };
        using var process = Process.Start(start);
        if (process is null) return null;
        var words = process.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        if (words.Length < 3) return null;
        var digits = words[2].TakeWhile(char.IsAsciiDigit).ToArray();
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : null;
    }

    private static string NothingFound(List<string> places) =>
        "No PostgreSQL was found. Looked for initdb, pg_ctl and postgres in: " + string.Join(", ", places) + ".\n" +
        "Install it (Debian, Ubuntu: apt install postgresql; Fedora: dnf install postgresql-server; " +
        "macOS: brew install postgresql),\n" +
        "or name a server with --connection \"Host=...;Username=...;Password=...;Database=...\".";
}
