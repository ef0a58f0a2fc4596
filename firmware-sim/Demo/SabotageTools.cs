using System.Globalization;
using MqttPay.Host.Cli;

namespace MqttPay.FirmwareSim.Demo;

/// <summary>
/// Two crimes that the verdict must find. The product has no hook for them: files and SQL, as an intruder would.
/// </summary>
internal static class SabotageTools
{
    /// <summary>Deletes the newest segment of the edge's journal that has a number; returns its name.</summary>
    public static string LoseJournal(DemoFolder folder)
    {
        var newest = Directory.EnumerateFiles(
            Path.Combine(folder.Edge, "journal"), "*.seg", SearchOption.AllDirectories)
            .Where(path => NumberOf(path) > 0)
            .MaxBy(NumberOf)
            ?? throw new VerbException(ExitCode.Failed, "The edge has no journal segment to lose.");
        File.Delete(newest);
        return Path.GetRelativePath(folder.Root, newest);
    }

    /// <summary>A segment prepared for later has no number yet.</summary>
    private static long NumberOf(string path) =>
        long.TryParse(
            Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;

    /// <summary>Copies a settled SALE under another sequence, past the primary key; returns what psql said.</summary>
    public static Task<string> DoublePostAsync(DemoFolder folder, CancellationToken cancel)
    {
        const string Sql =
            """
            set session_replication_role = replica;
            insert into payment
            select (jsonb_populate_record(p, jsonb_build_object('seq', p.seq + 1000000))).*
              from payment p where p.kind = 1 and p.paid_minor > 0 order by p.batch_no, p.position limit 1;
            """;
        var home = Path.Combine(folder.Cloud, "database");
        var socket = File.ReadLines(Path.Combine(home, "data", "postmaster.pid")).Skip(4).First();
        var password = File.ReadAllText(Path.Combine(home, "password")).Trim();
        return ChildProcess.RunAsync(
            Executables.System("psql", "postgresql-client"),
            ["-h", socket, "-U", "mqttpay", "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-c", Sql],
            new Dictionary<string, string> { ["PGPASSWORD"] = password }, cancel);
    }
}
