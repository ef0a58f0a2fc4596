using System.Diagnostics;

namespace MqttPay.Simulation.Planting;

/// <summary>Switches bugs on and looks whether the world's invariants see them.</summary>
internal static class Hunt
{
    /// <summary>Tries the pinned seed; where it misses, so many after it.</summary>
    public static Finding Run(Plant plant, int seedsMax)
    {
        var began = Stopwatch.GetTimestamp();
        for (var seed = plant.Seed; ; seed++)
        {
            var broken = Try(plant, seed);
            var took = Stopwatch.GetElapsedTime(began);
            if (broken is null && seed - plant.Seed < (ulong)seedsMax) continue;
            var without = broken is not null && Passes(plant, seed);
            return new(
                plant.Id, plant.Name, broken is not null, broken?[..broken.IndexOf(':')] ?? "", seed,
                plant.Profile.ToString(), took.TotalSeconds, without, seed == plant.Seed, broken ?? "");
        }
    }

    /// <summary>The violation that names the bug, or null.</summary>
    private static string? Try(Plant plant, ulong seed)
    {
        Planted.Set(plant.Bugs);
        try
        {
            var world = new World(seed, plant.Profile);
            world.Run();
            foreach (var what in world.Violations.Seen)
                if (Array.IndexOf(plant.Named, what[..what.IndexOf(':')]) >= 0) return what;
            return null;
        }
        finally
        {
            Planted.Set();
        }
    }

    private static bool Passes(Plant plant, ulong seed)
    {
        var world = new World(seed, plant.Profile);
        world.Run();
        return !world.Violations.Any;
    }
}
