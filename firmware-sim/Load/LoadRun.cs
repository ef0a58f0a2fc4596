using System.Net;
using System.Text.Json;
using MqttPay.FirmwareSim.Mqtt;
using MqttPay.Host.Cli;
using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Load;

/// <summary>Open-loop load: arrivals come when they come, whether the gateway keeps up or not.</summary>
internal sealed class LoadRun(RunOptions options, TimeProvider clock, TextWriter output)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastAnswers = TimeSpan.FromSeconds(10);

    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var enrolment = Enrolment.Read(options.Enrolment);
        var identities = options.Devices > 0 ? [.. enrolment.Devices.Take(options.Devices)] : enrolment.Devices;
        if (identities.Count == 0)
            throw new VerbException(ExitCode.Usage, "MP1001 usage: the enrolment file names no device.");
        var folder = options.State ?? options.Enrolment + ".devices";
        var gateway = new Gateway(new(await AddressAsync(cancel), options.Port));
        if (Mix.NeedsPayee(options.Mix) && enrolment.Payees.Count == 0)
            throw new VerbException(ExitCode.Usage, "MP1001 usage: the enrolment file names no device of a payee.");
        await using var fleet = new Fleet(
            identities, enrolment.CloudKey, new() { MayReverse = options.Mix.Contains(Visit.Reverse) }, folder, gateway,
            options.Seed, clock);
        await using var payees = new Payees(
            Mix.NeedsPayee(options.Mix) ? enrolment.Payees : [], enrolment.CloudKey, new(), folder, gateway,
            fleet.Tally, clock);
        await fleet.StartAsync(cancel);
        payees.Start();
        if (!await Wait.ForAsync(() => fleet.ReadyCount > 0, TimeSpan.FromSeconds(15), clock, cancel))
            throw new VerbException(
                ExitCode.Unreachable, $"MP1005 unreachable: no device could log in at {gateway.Address}.");

        var started = clock.GetTimestamp();
        var plan = new TrafficPlan(options.Rate, options.Duration, identities.Count, options.Seed)
        {
            Pattern = options.Pattern,
        };
        var mix = new Mix(options.Mix, payees.Tills);
        var traffic = Traffic.RunAsync(
            plan, arrival => fleet.Ask(arrival.Device, device => mix.Next(device, arrival)), cancel);
        while (!traffic.IsCompleted)
        {
            await Task.WhenAny(traffic, Task.Delay(Beat, clock, cancel));
            Tell(fleet, clock.GetElapsedTime(started));
        }

        await traffic;
        await Wait.ForAsync(() => fleet.OpenCount + payees.Waiting == 0, LastAnswers, clock, cancel);
        Tell(fleet, clock.GetElapsedTime(started));
        return fleet.OpenCount + payees.Waiting == 0 ? ExitCode.Ok : ExitCode.ChecksFailed;
    }

    private async Task<IPAddress> AddressAsync(CancellationToken cancel) =>
        IPAddress.TryParse(options.Host, out var address)
            ? address
            : (await Dns.GetHostAddressesAsync(options.Host, cancel))[0];

    private void Tell(Fleet fleet, TimeSpan elapsed)
    {
        var tally = fleet.Tally;
        if (options.Json)
        {
            output.WriteLine(JsonSerializer.Serialize(new
            {
                @event = "progress",
                elapsed_s = Math.Round(elapsed.TotalSeconds, 1),
                requests = tally.Requests,
                approved = tally.Approved,
                declined = tally.Declined,
                open = fleet.OpenCount,
                repeats = tally.Sends - tally.Requests,
                nobody_free = fleet.NobodyFree,
                declined_by_code = Names(tally.DeclinedByCode),
                hints = Names(tally.Hints),
            }));
            return;
        }

        output.WriteLine(
            $"{elapsed:m\\:ss}  requests {tally.Requests}  approved {tally.Approved}  declined {tally.Declined}  "
            + $"open {fleet.OpenCount}  repeats {tally.Sends - tally.Requests}  nobody free {fleet.NobodyFree}");
    }

    private static Dictionary<string, long> Names(IEnumerable<KeyValuePair<DecisionCode, long>> counts) =>
        counts.OrderBy(pair => pair.Key).ToDictionary(pair => CodeNames.Of(pair.Key), pair => pair.Value);
}
