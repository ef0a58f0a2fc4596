using System.CommandLine;
using MqttPay.Host.Cli;

namespace MqttPay.FirmwareSim.Demo;

/// <summary>The verb that shows the whole product as real processes, hurts it, and gives a verdict.</summary>
internal static class DemoVerb
{
    private const int DevicesLeast = 20;

    private static readonly Option<int> Devices =
        new("--devices") { Description = "How many devices.", DefaultValueFactory = _ => 200 };

    private static readonly Option<int> Seconds =
        new("--seconds") { Description = "How long the story takes.", DefaultValueFactory = _ => 60 };

    private static readonly Option<int> Seed =
        new("--seed") { Description = "Repeats the same arrivals and amounts.", DefaultValueFactory = _ => 1 };

    private static readonly Option<string?> Json =
        new("--json") { Description = "Write the facts and the verdict to this file.", HelpName = "FILE" };

    private static readonly Option<string?> Broker =
        new("--broker") { Description = "mosquitto: use a Mosquitto instead of the edge's own broker." };

    private static readonly Option<string?> Harm =
        new("--sabotage") { Description = "lose-journal or double-post: the verdict must find it." };

    private static readonly Option<bool> Stay =
        new("--stay") { Description = "Keep everything running after the verdict." };

    public static Command Create()
    {
        Broker.AcceptOnlyFromAmong("mosquitto");
        Harm.AcceptOnlyFromAmong("lose-journal", "double-post");
        var verb = new Command(
            "demo", "Start edge, cloud and devices; pay, cut the link, kill, restore, reconcile; judge.")
        {
            Devices, Seconds, Seed, Json, Broker, Harm, Stay,
        };
        verb.SetAction((parsed, cancel) => RunAsync(
            new(
                parsed.GetValue(Devices), parsed.GetValue(Seconds), parsed.GetValue(Seed), parsed.GetValue(Json),
                parsed.GetValue(Broker) is not null, SabotageOf(parsed.GetValue(Harm)), parsed.GetValue(Stay)),
            parsed.InvocationConfiguration.Output, cancel));
        return verb;
    }

    private static async Task<int> RunAsync(DemoOptions options, TextWriter output, CancellationToken cancel)
    {
        if (options.Devices < DevicesLeast)
            throw new VerbException(ExitCode.Usage, $"MP1001 usage: the story needs at least {DevicesLeast} devices.");
        var clock = TimeProvider.System;
        return await Screen.RunAsync(output, clock, screen => new DemoRun(options, clock, screen).RunAsync(cancel));
    }

    private static Sabotage SabotageOf(string? word) => word switch
    {
        "lose-journal" => Sabotage.LoseJournal,
        "double-post" => Sabotage.DoublePost,
        _ => Sabotage.None,
    };
}
