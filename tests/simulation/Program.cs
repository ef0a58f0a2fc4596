using System.Globalization;
using System.Text.Json;
using MqttPay.Simulation;
using MqttPay.Simulation.Study;

// dotnet run -c Release --project tests/simulation -- [--seeds N] [--first N] [--turns N] [--json FILE]
// One seed alone (--first N --seeds 1) also says what its edges decided.
if (args.Contains("--study")) return LeaseStudy.Run(args);
var first = Number("--first", 1);
var seeds = Number("--seeds", 100);
var turns = Number("--turns", 100);
var (approved, records, faults, crashes) = (0L, 0L, 0L, 0L);
List<string> violations = [];
var trace = 0UL;
for (var seed = first; seed < first + seeds; seed++)
{
    var world = new World((ulong)seed);
    world.Run(turns);
    approved += world.Approved;
    records += world.Cloud.Records;
    faults += world.Faults;
    crashes += world.Crashes;
    trace = unchecked((trace * 31) + world.Trace);
    violations.AddRange(world.Violations.Take(5).Select(violation => $"seed {seed}: {violation}"));
    if (seeds == 1) Console.Error.WriteLine(string.Join('\n', world.Decided));
    if (seed % 20 == 0)
        Console.Error.WriteLine($"{seed,5}   {records} records   {faults} faults   {violations.Count} violations");
}

var report = JsonSerializer.Serialize(new
{
    seeds, turns, payments = records, approved, faults, crashes, violations = violations.Count,
    first_violations = violations.Take(20), trace_hash = trace.ToString("x16", CultureInfo.InvariantCulture),
});
Console.WriteLine(report);
var file = Array.IndexOf(args, "--json");
if (file >= 0) File.WriteAllText(args[file + 1], report);
return violations.Count == 0 ? 0 : 3;

int Number(string name, int otherwise)
{
    var at = Array.IndexOf(args, name);
    return at < 0 ? otherwise : int.Parse(args[at + 1], CultureInfo.InvariantCulture);
}
