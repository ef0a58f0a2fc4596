using MqttPay.FirmwareSim.Devices;
using MqttPay.Host.Cli;
using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Demo;

/// <summary>
/// What happens to the merchant's site: payments online, a cut uplink, a killed edge, attacks, and the way back. Every
/// wait has an end, so a product that does not recover costs the verdict and not the demo.
/// </summary>
internal sealed class Story(
    DemoOptions options, Site site, DemoFolder folder, Fleet fleet, Payees payees, Scenes scenes, Attacks attacks,
    Rollback rollback, TimeProvider clock, Screen screen)
{
    private static readonly TimeSpan FirstReady = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan DrainWithin = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan DarkFor = TimeSpan.FromMilliseconds(700);

    private Seen seen = new() { OfflineGoal = options.OfflineGoal };
    private string phase = "starting";
    private long approvedBefore;
    private long declinedBefore;

    public async Task<Seen> TellAsync(CancellationToken cancel)
    {
        payees.Start();
        scenes.Start();
        await fleet.StartAsync(cancel);
        if (!await UntilAsync(() => fleet.ReadyCount == fleet.Devices.Count, FirstReady, cancel))
            screen.Say($"only {fleet.ReadyCount} of {fleet.Devices.Count} devices are ready");
        if (!await Wait.ForAsync(() => HasLeasesAsync(cancel), FirstReady, clock, cancel))
            screen.Say("not every account has a lease at the edge yet");
        await OnlineAsync(cancel);
        await OfflineAsync(cancel);
        await RestoreAsync(cancel);
        await ProveAsync(cancel);
        seen = seen with { EdgeFroze = fleet.Tally.Hints.ContainsKey(DecisionCode.EdgeFrozen) };
        await RollBackAsync(cancel);
        return seen;
    }

    private TimeSpan Share(double part) => TimeSpan.FromSeconds(options.Seconds * part);

    /// <summary>
    /// Everybody pays at least once, so that every account has a lease at the edge before the link is cut.
    /// </summary>
    private async Task OnlineAsync(CancellationToken cancel)
    {
        phase = "online ";
        var victim = attacks.VictimPaysAsync(cancel);
        foreach (var some in Enumerable.Range(0, fleet.Devices.Count).Chunk(10))
        {
            foreach (var device in some) fleet.Devices[device].Ask(Wish.Sale(20));
            await Task.Delay(TimeSpan.FromMilliseconds(150), clock, cancel);
            screen.Progress(Now());
        }

        await using (Customers.Start(fleet, options.Devices * 0.15, options.Seed, cancel, payees))
            await UntilAsync(
                () => fleet.Devices.All(device => device.State.Receipt is not null)
                    && fleet.Tally.Approved > options.Devices * 1.2,
                Share(0.2), cancel);
        await victim;
        await UntilAsync(() => fleet.OpenCount + payees.Waiting == 0, TimeSpan.FromSeconds(5), cancel);
        screen.Say(Now());
        await scenes.RefundAsync();
    }

    private async Task OfflineAsync(CancellationToken cancel)
    {
        site.Uplink.Set(RelayMode.BlackHole);
        screen.Say("uplink CUT (packets vanish, nobody is told)");
        phase = "offline";
        (approvedBefore, declinedBefore) = ReadBooks();
        var started = clock.GetTimestamp();
        TimeSpan Left() => Later(Share(0.5) - clock.GetElapsedTime(started));
        await using (Customers.Start(fleet, options.Devices * 0.6, options.Seed + 1, cancel, payees))
        {
            await UntilAsync(() => OfflineApproved > options.OfflineGoal / 4, Left(), cancel);
            await scenes.HoldAsync();
            await scenes.VouchAsync();
            site.Uplink.Set(RelayMode.Reset);
            screen.Say("uplink RESET (connections refused)");
            await UntilAsync(() => OfflineApproved > options.OfflineGoal / 2, Left(), cancel);
            await KillAsync(cancel);
            await UntilAsync(
                () => OfflineApproved >= options.OfflineGoal && OfflineDeclined >= options.Devices / 20,
                Left(), cancel);
        }

        screen.Say(Now());
        await AttackAsync(cancel);
        await UntilAsync(() => fleet.OpenCount == 0, TimeSpan.FromSeconds(5), cancel);
        var (approved, declined) = ReadBooks();
        seen = seen with { ApprovedOffline = approved - approvedBefore, DeclinedOffline = declined - declinedBefore };
    }

    private long OfflineApproved => fleet.Tally.Approved - approvedBefore;

    private long OfflineDeclined => fleet.Tally.Declined - declinedBefore;

    /// <summary>The power fails while requests are in flight.</summary>
    private async Task KillAsync(CancellationToken cancel)
    {
        await site.KillEdgeAsync(cancel);
        seen = seen with { EdgeKills = seen.EdgeKills + 1 };
        rollback.TakeBackup();
        screen.Say($"edge KILLED under load, {fleet.OpenCount} requests open");
        if (options.Sabotage is Sabotage.LoseJournal)
            screen.Say($"SABOTAGE {SabotageTools.LoseJournal(folder)} was deleted");
        await Task.Delay(DarkFor, clock, cancel);
        await StartAgainAsync(cancel);
    }

    private async Task StartAgainAsync(CancellationToken cancel)
    {
        try
        {
            await site.StartEdgeAsync(cancel);
            screen.Say($"edge      pid {site.EdgePid} started again from its journal");
        }
        catch (VerbException fault)
        {
            seen = seen with { EdgeDown = fault.Message.Split('\n')[0] };
            screen.Say($"edge      did not start again: {fault.Message}");
        }
    }

    private async Task AttackAsync(CancellationToken cancel)
    {
        if (seen.EdgeDown is not null) return;
        await UntilAsync(() => fleet.ConnectedCount > fleet.Devices.Count / 2, TimeSpan.FromSeconds(8), cancel);
        var repeated = await attacks.RepeatAsync(Math.Max(10, options.Devices / 10), cancel);
        screen.Say($"attack    {repeated} finished requests sent again, the same bytes");
        var (conflicts, denied) = await attacks.CloneAsync(cancel);
        screen.Say($"attack    a cloned key: {conflicts} conflict, key {(denied ? "denied" : "NOT denied")}");
        var (sent, approved) = await attacks.ForgeAsync(cancel);
        screen.Say($"attack    {sent} forged and malformed messages, {approved} approved");
        seen = seen with
        {
            DuplicatesSent = repeated,
            Conflicts = conflicts,
            CloneDenied = denied,
            ForgedSent = sent,
            ForgedApproved = approved,
        };
    }

    private async Task RestoreAsync(CancellationToken cancel)
    {
        phase = "restored";
        site.Uplink.Set(RelayMode.Pass);
        screen.Say("uplink RESTORED");
        await UntilAsync(() => fleet.OpenCount + payees.Waiting == 0, AnswersWithin, cancel);
        await DrainAsync(cancel);
    }

    private async Task DrainAsync(CancellationToken cancel)
    {
        var receipts = ReceiptBook.ReadAll(folder.Devices);
        var drained = await Wait.ForAsync(() => HasAllAsync(receipts, cancel), DrainWithin, clock, cancel);
        seen = seen with { Drained = drained };
        screen.Say(drained
            ? $"drained   {receipts.Count} decisions are in the cloud"
            : "drained   NOT within the time given");
    }

    /// <summary>The clone's pair leaves the house as a file that needs no trust in us.</summary>
    private async Task ProveAsync(CancellationToken cancel)
    {
        var finding = await Evidence.ExportAndVerifyAsync(site.Api, folder.Evidence, cancel);
        seen = seen with { Evidence = finding };
        screen.Say(finding is null
            ? "evidence  the clone's pair is NOT proved"
            : $"evidence  the clone's two messages, exported to a file and checked alone: {finding}");
    }

    /// <summary>Only a gateway that is well can be restored from its backup.</summary>
    private async Task RollBackAsync(CancellationToken cancel)
    {
        phase = "backup ";
        if (seen is not { Drained: true, EdgeDown: null, EdgeCrash: null, EdgeFroze: false }) return;
        if (await rollback.RestoreAsync(cancel) is not { } restored) return;
        await DrainAsync(cancel);
        seen = seen with { Restored = await rollback.SettleAsync(restored, cancel) };
    }

    /// <summary>Whether the cloud's chain covers every round that a device holds a receipt of.</summary>
    private async Task<bool> HasAllAsync(IReadOnlyList<KeptReceipt> receipts, CancellationToken cancel)
    {
        var gateway = await site.Api.GetAsync($"/v1/gateways/{DemoOptions.Edge}", cancel);
        var fence = gateway.GetProperty("fence").GetUInt32();
        var next = gateway.GetProperty("next_round").GetInt64();
        screen.Progress($"{phase}  the cloud has rounds below {next}");
        return receipts.All(receipt => receipt.Fence < fence || (receipt.Fence == fence && receipt.Round < next));
    }

    /// <summary>Whether the edge holds a lease of every account: what it may spend when the link is gone.</summary>
    private async Task<bool> HasLeasesAsync(CancellationToken cancel)
    {
        var gateway = await site.Api.GetAsync($"/v1/gateways/{DemoOptions.Edge}", cancel);
        var active = gateway.GetProperty("leases").EnumerateArray()
            .Count(lease => lease.GetProperty("state").GetString() == "active");
        screen.Progress($"starting  {active} of {fleet.Devices.Count} accounts have a lease at the edge");
        return active >= fleet.Devices.Count + Scenes.Actors;
    }

    private (long Approved, long Declined) ReadBooks()
    {
        var receipts = ReceiptBook.ReadAll(folder.Devices);
        return (receipts.Count(receipt => receipt.Approved), receipts.Count(receipt => !receipt.Approved));
    }

    /// <summary>
    /// Waits, shows where things stand, and starts an edge again that ended without having been killed.
    /// </summary>
    private Task<bool> UntilAsync(Func<bool> condition, TimeSpan longest, CancellationToken cancel) => Wait.ForAsync(
        async () =>
        {
            screen.Progress(Now());
            if (seen.EdgeDown is null && site.CrashOfEdge() is { } words)
            {
                seen = seen with { EdgeCrash = words };
                screen.Say($"edge      STOPPED BY ITSELF: {words}");
                await site.KillEdgeAsync(cancel);
                await StartAgainAsync(cancel);
            }

            return condition();
        },
        longest, clock, cancel);

    private string Now()
    {
        var tally = fleet.Tally;
        var limits = tally.DeclinedByCode.GetValueOrDefault(DecisionCode.Insufficient);
        return $"{phase}   {tally.Approved,6} approved  {tally.Declined,4} declined ({limits} lease used up)"
            + $"   {Screen.Euro(tally.ApprovedMinor)}   open {fleet.OpenCount}";
    }

    private static TimeSpan Later(TimeSpan left) => left > TimeSpan.Zero ? left : TimeSpan.Zero;
}
