using System.Globalization;
using MqttPay.Simulation.Profiles;

namespace MqttPay.Simulation.Cli;

/// <summary>What the command line says.</summary>
internal sealed record Options
{
    public const string Usage = """
        Runs devices, edges and a cloud in one thread and one virtual time, drawn from a seed.

          --payments N     run seed after seed until so many payments were asked
          --seed S         the first seed (default 1); without --payments that one alone, with all that it drew
          --profile P      smoke swarm disk net clock restore byzantine overload long-offline upgrade (default: in turn)
          --planted P22    switch a planted bug on and look whether an invariant names it; 'all' for the catalogue
          --search N       how many more seeds to try where the pinned one misses (default 200)
          --json FILE      write the report there as well
          --hashes FILE    write the trace hash after every 1,000 steps, to compare two runs (one seed)
          --help

        Exit code 0: nothing is wrong; 2: not understood; 3: an invariant broke, or a planted bug was not caught.
        """;

    public long? Payments { get; private set; }

    public ulong Seed { get; private set; } = 1;

    public ProfileName? Profile { get; private set; }

    public string? Planted { get; private set; }

    public int SearchSeeds { get; private set; } = 200;

    public string? Json { get; private set; }

    public string? Hashes { get; private set; }

    public bool Help { get; private set; }

    /// <summary>Returns null, and why, for what is not understood.</summary>
    public static Options? Parse(string[] args, out string error)
    {
        var options = new Options();
        error = "";
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] is "--help" or "-h")
            {
                options.Help = true;
                return options;
            }

            if (i + 1 == args.Length || !options.Take(args[i], args[++i]))
            {
                error = $"not understood: {args[Math.Min(i, args.Length - 1)]}";
                return null;
            }
        }

        return options;
    }

    private bool Take(string name, string value)
    {
        switch (name)
        {
            case "--payments" when long.TryParse(value, CultureInfo.InvariantCulture, out var payments):
                Payments = payments;
                return true;
            case "--seed" when ulong.TryParse(value, CultureInfo.InvariantCulture, out var seed):
                Seed = seed;
                return true;
            case "--search" when int.TryParse(value, CultureInfo.InvariantCulture, out var seeds):
                SearchSeeds = seeds;
                return true;
            case "--profile" when ProfileText.TryParse(value, out var profile):
                Profile = profile;
                return true;
            case "--planted": Planted = value; return true;
            case "--json": Json = value; return true;
            case "--hashes": Hashes = value; return true;
            default: return false;
        }
    }
}
