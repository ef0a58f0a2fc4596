using System.Globalization;
using MqttPay.Simulation.Profiles;

namespace MqttPay.Simulation.Cli;

internal static class Runs
{
    public static int Start(string[] args)
    {
        var seed = ulong.Parse(args[0], CultureInfo.InvariantCulture);
        var count = int.Parse(args[1], CultureInfo.InvariantCulture);
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        long payments = 0, faults = 0, bad = 0, steps = 0;
        for (var i = 0; i < count; i++)
        {
            var profile = args.Length > 2 && args[2] != "-" ? Enum.Parse<ProfileName>(args[2]) : (ProfileName)(i % 10);
            var world = new World(seed + (ulong)i, profile);
            world.Run();
            payments += world.Payments;
            faults += world.Faults.Total;
            steps += world.Trace.Steps;
            if (args.Length > 3)
            {
                Console.WriteLine(world.Profile.Describe());
                Console.WriteLine($"{world.Payments} payments {world.Trace.Steps} steps, at {world.Agenda.Now / 1_000_000} s " + string.Join(" ", world.Faults.ByKind()));
                Console.WriteLine(string.Join("\n", world.Trace.Recent().TakeLast(40)));
                Console.WriteLine(string.Join(" ", world.Store.Categories));
                foreach (var edge in world.Edges) if (edge.Machine is { } m) Console.WriteLine($"edge {edge.Id} head {m.Book.Head} frozen {m.Book.Frozen} fence {m.Book.Fence} " + string.Join(" ", m.Book.Decided));
            }
            if (!world.Violations.Any) continue;
            bad++;
            Console.WriteLine($"seed {world.Seed} {profile}: {string.Join("\n   ", world.Violations.Seen.Take(3))}");
        }

        var took = System.Diagnostics.Stopwatch.GetElapsedTime(began);
        Console.WriteLine($"{payments} payments {faults} faults {steps} steps {bad} bad, {took.TotalSeconds:0.0} s");
        return 0;
    }
}
