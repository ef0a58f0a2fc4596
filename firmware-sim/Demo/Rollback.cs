using MqttPay.FirmwareSim.Devices;
using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Demo;

/// <summary>
/// Somebody puts an old copy of the gateway's disk back. It does not know what it has forgotten; its devices do: at the
/// first receipt that is newer than its journal it approves nothing more, until the cloud gives it a new fence.
/// </summary>
internal sealed class Rollback(Site site, DemoFolder folder, Fleet fleet, TimeProvider clock, Screen screen)
{
    private const int Payers = 20;

    private static readonly TimeSpan FreezesWithin = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RecoversWithin = TimeSpan.FromSeconds(30);

    private Backup? backup;
    private IReadOnlyDictionary<KeyId, long> before = new Dictionary<KeyId, long>();

    /// <summary>While the edge is down, so that the copy is one moment of its disk.</summary>
    public void TakeBackup()
    {
        backup = new(folder.Edge, folder.Backup);
        before = fleet.Devices.ToDictionary(device => device.Identity.Kid, RoundOf);
    }

    /// <summary>Null when there was no backup, or nobody has paid since.</summary>
    public async Task<Restored?> RestoreAsync(CancellationToken cancel)
    {
        var payers = fleet.Devices.Reverse()
            .Where(device => device.Ready && RoundOf(device) > before.Values.DefaultIfEmpty().Max())
            .Take(Payers).ToList();
        if (backup is null || payers.Count == 0) return null;
        var (fence, next) = await PlaceAsync(cancel);
        var seen = new Restored
        {
            WorstLossMinor = await WorstLossAsync(cancel),
            RoundsForgotten = next - 1 - before.Values.Max(),
            FenceBefore = fence,
        };
        screen.Say($"exposure  worst loss if this gateway vanished now: {Screen.Euro(seen.WorstLossMinor)}");
        await site.StopEdgeAsync(cancel);
        site.Uplink.Set(RelayMode.Reset);
        backup.Restore();
        await site.StartEdgeAsync(cancel);
        screen.Say($"backup    gateway put back to an old copy of its disk, {seen.RoundsForgotten} rounds forgotten");
        seen = await FreezeAsync(seen, payers, cancel);
        site.Uplink.Set(RelayMode.Pass);
        return await RecoverAsync(seen, payers, cancel);
    }

    /// <summary>Without a cloud: a receipt in a device's request is all that tells.</summary>
    private async Task<Restored> FreezeAsync(Restored seen, List<Device> payers, CancellationToken cancel)
    {
        var hints = Frozen;
        var approved = fleet.Tally.Approved;
        await Wait.ForAsync(() => payers.All(payer => payer.Ready), FreezesWithin, clock, cancel);
        foreach (var payer in payers) payer.Ask(Wish.Sale(20));
        await Wait.ForAsync(() => Frozen >= hints + payers.Count, FreezesWithin, clock, cancel);
        seen = seen with { Froze = Frozen > hints, ApprovedWhileFrozen = fleet.Tally.Approved - approved };
        screen.Say(
            $"backup    {payers.Count} devices show newer receipts: gateway {(seen.Froze ? "FROZEN" : "NOT frozen")}, "
            + $"{seen.ApprovedWhileFrozen} approved");
        return seen;
    }

    /// <summary>
    /// The requests that were open are decided now; a device whose lease is not here yet may hear a decline, and pays
    /// again.
    /// </summary>
    private async Task<Restored> RecoverAsync(Restored seen, List<Device> payers, CancellationToken cancel)
    {
        var approved = fleet.Tally.Approved;
        await Wait.ForAsync(() => fleet.OpenCount == 0, RecoversWithin, clock, cancel);
        var atOnce = fleet.Tally.Approved - approved;
        await Wait.ForAsync(() => HaveLeasesAsync(payers, cancel), RecoversWithin, clock, cancel);
        var again = payers.Where(payer => payer.Last is not { Code: DecisionCode.Approved }).ToList();
        foreach (var payer in again) payer.Ask(Wish.Sale(20));
        await Wait.ForAsync(() => again.All(payer => payer.Ready), RecoversWithin, clock, cancel);
        var (fence, _) = await PlaceAsync(cancel);
        seen = seen with { FenceAfter = fence, PaidAgain = fleet.Tally.Approved - approved };
        screen.Say(
            $"backup    the cloud gives it fence {fence} and new leases: {seen.PaidAgain} approved"
            + (atOnce == seen.PaidAgain ? "" : $", {seen.PaidAgain - atOnce} of them when they tried again"));
        return seen;
    }

    /// <summary>Leases of the new fence: those of the old one have stopped.</summary>
    private async Task<bool> HaveLeasesAsync(List<Device> payers, CancellationToken cancel)
    {
        var gateway = await site.Api.GetAsync($"/v1/gateways/{DemoOptions.Edge}", cancel);
        var leased = gateway.GetProperty("leases").EnumerateArray()
            .Where(lease => lease.GetProperty("state").GetString() == "active")
            .Select(lease => lease.GetProperty("account_id").GetString())
            .ToHashSet();
        return payers.All(payer => leased.Contains(payer.Identity.Account.ToString()));
    }

    /// <summary>
    /// What the restored edge wrote is a second history: it sends it, and the cloud keeps it and shows that there are
    /// two.
    /// </summary>
    public async Task<Restored> SettleAsync(Restored seen, CancellationToken cancel)
    {
        var booked = await Wait.ForAsync(
            async () => IsSent() && (await site.Api.ListAsync("/v1/breaks?limit=500", cancel))
                .Any(one => Audit.CategoryName(one.GetProperty("category").GetString()!) == "chain_fork"),
            RecoversWithin, clock, cancel);
        if (booked) screen.Say("backup    what it had written beside the accepted history is evidence in the cloud");
        return seen with { BranchBooked = booked };
    }

    /// <summary>Event 5036 of the edge: the cloud took its lost rounds.</summary>
    private bool IsSent()
    {
        using var file = new FileStream(folder.Log("edge"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().Contains("[5036]", StringComparison.Ordinal);
    }

    private long Frozen => fleet.Tally.Hints.GetValueOrDefault(DecisionCode.EdgeFrozen);

    private static long RoundOf(Device device) => device.State.Receipt?.Round ?? 0;

    private async Task<(uint Fence, long NextRound)> PlaceAsync(CancellationToken cancel)
    {
        var gateway = await site.Api.GetAsync($"/v1/gateways/{DemoOptions.Edge}", cancel);
        return (gateway.GetProperty("fence").GetUInt32(), gateway.GetProperty("next_round").GetInt64());
    }

    private async Task<long> WorstLossAsync(CancellationToken cancel)
    {
        var exposure = await site.Api.GetAsync($"/v1/exposure/gateways/{DemoOptions.Edge}", cancel);
        return exposure.GetProperty("total").EnumerateArray()
            .Where(line => line.GetProperty("currency").GetInt32() == DemoOptions.Currency)
            .Sum(line => line.GetProperty("worst_loss_minor").GetInt64());
    }
}
