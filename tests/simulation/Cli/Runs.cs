using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MqttPay.Simulation.Kernel;
using MqttPay.Simulation.Planting;
using MqttPay.Simulation.Profiles;

namespace MqttPay.Simulation.Cli;

/// <summary>The commands.</summary>
internal static class Runs
{
    private const int Broken = 3;
    private static readonly int Profiles = Enum.GetValues<ProfileName>().Length;
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true };

    public static int Start(string[] args)
    {
        if (Options.Parse(args, out var error) is not { } options)
        {
            Console.Error.WriteLine($"{error}\n\n{Options.Usage}");
            return 2;
        }

        if (options.Help || args.Length == 0)
        {
            Console.WriteLine(Options.Usage);
            return 0;
        }

        if (options.Planted is { } planted) return Plants(options, planted);
        return options.Payments is { } payments ? Many(options, payments) : One(options);
    }

    private static int Many(Options options, long payments)
    {
        var (faults, trace, report) = (new FaultLog(), 14_695_981_039_346_656_037ul, new Report());
        var began = Stopwatch.GetTimestamp();
        for (var seed = options.Seed; report.Payments < payments; seed++)
        {
            var profile = options.Profile ?? (ProfileName)(seed % (ulong)Profiles);
            var world = new World(seed, profile);
            world.Run();
            faults.Add(world.Faults);
            trace = unchecked(((trace ^ world.Trace.Value) * 0x9E3779B97F4A7C15) ^ (trace >> 31));
            report.Add(world, Reproduce(world));
            if (report.Seeds % 50 == 0)
                Console.Error.WriteLine(
                    $"{report.Payments,9} payments   {faults.Total,9} faults   {report.Violations} violations");
        }

        report.Finish(faults, trace, Stopwatch.GetElapsedTime(began).TotalSeconds);
        Write(options, report);
        return report.Violations == 0 ? 0 : Broken;
    }

    private static int One(Options options)
    {
        var profile = options.Profile ?? (ProfileName)(options.Seed % (ulong)Profiles);
        var world = new World(options.Seed, profile);
        Console.Error.WriteLine(world.Profile.Describe());
        var began = Stopwatch.GetTimestamp();
        world.Run();
        var report = new Report();
        report.Add(world, Reproduce(world));
        report.Finish(world.Faults, world.Trace.Value, Stopwatch.GetElapsedTime(began).TotalSeconds);
        Write(options, report);
        if (options.Hashes is { } file)
            File.WriteAllLines(file, world.Hashes.Select(hash => hash.ToString("x16", CultureInfo.InvariantCulture)));
        if (!world.Violations.Any) return 0;
        foreach (var step in world.Trace.Recent()) Console.Error.WriteLine(step);
        foreach (var what in world.Violations.Seen) Console.Error.WriteLine(what);
        Console.Error.WriteLine(Reproduce(world));
        return Broken;
    }

    private static int Plants(Options options, string which)
    {
        List<Finding> findings = [];
        foreach (var plant in Catalogue.All)
        {
            if (which != "all" && !plant.Bugs.Any(bug => bug.ToString() == which)) continue;
            var finding = Hunt.Run(plant, options.SearchSeeds);
            findings.Add(finding);
            Console.Error.WriteLine(
                $"{(finding.Caught ? "caught" : "MISSED"),-7}{finding.Bug,-9}{finding.Invariant,-7}{finding.Profile} "
                + $"{finding.Seed}{(finding.Pinned ? "" : " (pin it)")}  {finding.Seconds:0.0} s  {finding.Name}"
                + (finding.Caught && !finding.PassesWithout ? "  FAILS WITHOUT IT TOO" : ""));
        }

        var text = JsonSerializer.Serialize(
            findings.Select(each => new
            {
                bug = each.Bug, name = each.Name, caught = each.Caught, invariant = each.Invariant, seed = each.Seed,
                profile = each.Profile, seconds = Math.Round(each.Seconds, 3), passes_without = each.PassesWithout,
                pinned = each.Pinned, violation = each.Violation,
            }), Written);
        Console.WriteLine(text);
        if (options.Json is { } file) File.WriteAllText(file, text);
        return findings.Count > 0 && findings.All(each => each.Caught && each.PassesWithout) ? 0 : Broken;
    }

    private static string Reproduce(World world) =>
        "dotnet run -c Release --project tests/simulation -- "
        + $"--seed {world.Seed} --profile {ProfileText.Of(world.Profile.Name)}";

    private static void Write(Options options, Report report)
    {
        var text = JsonSerializer.Serialize(report.Fields(), Written);
        Console.WriteLine(text);
        if (options.Json is { } file) File.WriteAllText(file, text);
    }
}
