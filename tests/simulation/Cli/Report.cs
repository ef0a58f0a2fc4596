using System.Globalization;
using MqttPay.Simulation.Kernel;

namespace MqttPay.Simulation.Cli;

/// <summary>What came of a run over many seeds.</summary>
internal sealed class Report
{
    private readonly List<string> broken = [];
    private FaultLog faults = new();
    private long steps;
    private long lost;
    private long doubled;
    private long overexposed;
    private long records;
    private int converged;
    private ulong first;
    private ulong trace;
    private double seconds;

    public long Payments { get; private set; }

    public int Seeds { get; private set; }

    public int Violations { get; private set; }

    public void Add(World world, string reproduce)
    {
        if (Seeds++ == 0) first = world.Seed;
        Payments += world.Payments;
        (steps, records) = (steps + world.Trace.Steps, records + world.Store.Records);
        (lost, doubled, overexposed) = (lost + world.Lost, doubled + world.Doubled, overexposed + world.Overexposed);
        converged += world.Converged ? 1 : 0;
        Violations += world.Violations.Count;
        if (!world.Violations.Any) return;
        broken.Add($"{world.Violations.Seen[0]} | {reproduce}");
        Console.Error.WriteLine(broken[^1]);
    }

    public void Finish(FaultLog all, ulong hash, double elapsed) => (faults, trace, seconds) = (all, hash, elapsed);

    public object Fields() => new
    {
        payments = Payments,
        faults = faults.Total,
        faults_by_kind = faults.ByKind(),
        violations = Violations,
        lost,
        doubled,
        overexposed,
        converged = converged == Seeds,
        trace_hash = trace.ToString("x16", CultureInfo.InvariantCulture),
        seeds = new { first, count = Seeds },
        records,
        steps,
        elapsed_s = Math.Round(seconds, 3),
        payments_per_s = Math.Round(Payments / Math.Max(0.001, seconds)),
        broken,
    };
}
