using MqttPay.FirmwareSim.Devices;
using MqttPay.FirmwareSim.Load;
using MqttPay.Host.Cli;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Demo;

/// <summary>Sets the stage, lets the story run, and tells the verdict.</summary>
internal sealed class DemoRun(DemoOptions options, TimeProvider clock, Screen screen)
{
    /// <summary>Devices with a part of their own: the scenes', the one that is cloned, the one that forges.</summary>
    private const int Extras = Scenes.Actors + 2;

    /// <summary>A key may send only so many requests a second: a large fleet needs several tills.</summary>
    private const int DevicesPerTill = 50;

    private static readonly DeviceRules Rules = new() { WaitMax = TimeSpan.FromSeconds(5) };

    public async Task<int> RunAsync(CancellationToken cancel)
    {
        using var folder = new DemoFolder();
        var (site, edgeKey) = await Site.StartAsync(folder, clock, cancel);
        await using (site)
        {
            var enroller = new Enroller(site.Api, folder, reverseSeconds: 5);
            var uplink = new Uri($"http://{site.Uplink.Address}");
            var cloudKey = await enroller.EnrolGatewayAsync(edgeKey, uplink, site.Gateway.Address.Port, cancel);
            var enrolment = await enroller.EnrolDevicesAsync(cloudKey, options.Devices, options.Seed, cancel) with
            {
                Payees = await enroller.EnrolPayeesAsync(1 + options.Devices / DevicesPerTill, cancel),
            };
            enrolment.Write(folder.Enrolment);
            if (options.Mosquitto)
                await site.StartMosquittoAsync(
                    enrolment.Devices.Concat(enrolment.Payees)
                        .ToDictionary(device => device.Kid.ToString(), device => device.Password),
                    cancel);
            await site.StartEdgeAsync(cancel);
            Introduce(site, folder);
            return await PlayAsync(site, folder, enrolment, cloudKey, cancel);
        }
    }

    private async Task<int> PlayAsync(
        Site site, DemoFolder folder, Enrolment enrolment, PublicKey cloudKey, CancellationToken cancel)
    {
        var identities = enrolment.Devices;
        await using var fleet = new Fleet(
            [.. identities.SkipLast(Extras)], cloudKey, Rules, folder.Devices, site.Gateway, options.Seed, clock);
        await using var attacks = new Attacks(
            fleet, identities[^2], identities[^1], cloudKey, folder.Devices, site.Gateway, clock);
        await using var payees = new Payees(
            enrolment.Payees, cloudKey, Rules, folder.Devices, site.Gateway, new(), clock);
        AttendedDevice Actor(int number) => new(
            heard => new(
                identities[^(Extras - number)], cloudKey, Rules, folder.Devices, site.Gateway, number, new(), clock,
                heard),
            clock);
        await using var scenes = new Scenes(Actor(0), Actor(1), Actor(2), payees.Tills[0], clock, screen);
        var rollback = new Rollback(site, folder, fleet, clock, screen);
        var story = new Story(options, site, folder, fleet, payees, scenes, attacks, rollback, clock, screen);
        var seen = await story.TellAsync(cancel);
        if (options.Sabotage is Sabotage.DoublePost)
        {
            await SabotageTools.DoublePostAsync(folder, cancel);
            screen.Say("SABOTAGE a settled payment was booked a second time with SQL");
        }

        var audit = new Audit(site.Api, folder, enrolment, fleet, attacks, scenes, payees);
        var facts = await audit.MeasureAsync(seen, cancel);
        facts = facts with { ElapsedS = Math.Round(screen.Elapsed.TotalSeconds, 1) };
        var verdict = Verdict.Of(facts);
        Report.Write(options, facts, verdict);
        folder.Keep = verdict != Verdict.Ok;
        screen.Conclude(Report.Text(facts, verdict));
        if (folder.Keep) screen.Conclude($"Everything is kept in {folder.Root}: journals, logs, receipts.");
        if (options.Stay) await StayAsync(cancel);
        return verdict == Verdict.Ok ? ExitCode.Ok : ExitCode.ChecksFailed;
    }

    private void Introduce(Site site, DemoFolder folder)
    {
        screen.Say($"cloud     pid {site.CloudPid}   {site.CloudAddress}");
        var broker = options.Mosquitto ? " (Mosquitto)" : "";
        screen.Say($"edge      pid {site.EdgePid}   mqtt {site.Gateway.Address}{broker}   (data: {folder.Root})");
    }

    private async Task StayAsync(CancellationToken cancel)
    {
        screen.Conclude("Everything stays up until Ctrl+C.");
        await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancel)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
