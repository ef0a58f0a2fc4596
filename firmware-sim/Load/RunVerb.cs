using System.CommandLine;
using MqttPay.Host.Cli;

namespace MqttPay.FirmwareSim.Load;

/// <summary>The verb that puts load on a running gateway with enrolled devices.</summary>
internal static class RunVerb
{
    private static readonly Option<string> Host =
        new("--host") { Description = "Where the broker listens.", DefaultValueFactory = _ => "127.0.0.1" };

    private static readonly Option<int> Port =
        new("--port") { Description = "The broker's port.", DefaultValueFactory = _ => 1883 };

    private static readonly Option<int> Devices =
        new("--devices") { Description = "How many enrolled devices pay; 0: all.", DefaultValueFactory = _ => 0 };

    private static readonly Option<double> Rate =
        new("--rate") { Description = "Payments per second over all devices.", DefaultValueFactory = _ => 50 };

    private static readonly Option<int> Duration =
        new("--duration") { Description = "Seconds.", DefaultValueFactory = _ => 30 };

    private static readonly Option<TrafficPattern> Pattern = new("--pattern")
    {
        Description = "steady, poisson or bursty.",
        DefaultValueFactory = _ => TrafficPattern.Poisson,
    };

    private static readonly Option<string> Enrolment =
        new("--enrolment") { Description = "The file with keys and passwords.", Required = true };

    private static readonly Option<int> Seed =
        new("--seed") { Description = "Repeats the same arrivals.", DefaultValueFactory = _ => 1 };

    private static readonly Option<string?> State =
        new("--state") { Description = "Where the devices keep their memory; default: beside the enrolment file." };

    private static readonly Option<string> Mixed = new("--mix")
    {
        Description = "What people do: sale, partial, confirm, auth, voucher, void, refund, reverse; "
            + "a word that stands twice is twice as frequent.",
        DefaultValueFactory = _ => "sale",
        HelpName = "WORD,…",
    };

    public static Command Create(Option<bool> json)
    {
        var verb = new Command("run", "Pay with many devices at a gateway, open loop, and count what comes back.")
        {
            Host, Port, Devices, Rate, Duration, Pattern, Enrolment, Seed, State, Mixed,
        };
        verb.SetAction((parsed, cancel) => new LoadRun(
            new(
                parsed.GetRequiredValue(Host), parsed.GetValue(Port), parsed.GetValue(Devices), parsed.GetValue(Rate),
                TimeSpan.FromSeconds(parsed.GetValue(Duration)), parsed.GetValue(Pattern),
                parsed.GetRequiredValue(Enrolment), parsed.GetValue(Seed), parsed.GetValue(State),
                MixOf(parsed.GetRequiredValue(Mixed)), parsed.GetValue(json)),
            TimeProvider.System, parsed.InvocationConfiguration.Output).RunAsync(cancel));
        return verb;
    }

    private static IReadOnlyList<Visit> MixOf(string words) =>
        Mix.Parse(words) ?? throw new VerbException(
            ExitCode.Usage, $"MP1001 usage: '{words}' is no mix; the words are "
            + string.Join(", ", Enum.GetNames<Visit>()).ToLowerInvariant());
}
