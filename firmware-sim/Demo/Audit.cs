using System.Globalization;
using System.Text.Json;
using MqttPay.FirmwareSim.Devices;
using MqttPay.FirmwareSim.Load;
using MqttPay.Host.Codes;
using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Demo;

/// <summary>Asks the cloud and the devices' books what they hold, after everything has come to rest.</summary>
internal sealed class Audit(
    CloudApi api, DemoFolder folder, Enrolment enrolment, Fleet fleet, Attacks attacks, Scenes scenes, Payees payees)
{
    /// <summary>Classes of records that need nobody.</summary>
    private static readonly HashSet<string> Quiet = ["matched", "matched_late", "duplicate_benign"];

    public async Task<DemoFacts> MeasureAsync(Seen seen, CancellationToken cancel)
    {
        var listed = await api.ListAsync($"/v1/payments?edge={DemoOptions.Edge}&limit=500", cancel);
        IReadOnlyList<LedgerRow> rows = [.. listed.Select(LedgerRow.Of)];
        var proof = await api.GetAsync("/v1/ledger/prove", cancel);
        var summary = await api.GetAsync("/v1/recon/summary", cancel);
        var breaks = await api.ListAsync("/v1/breaks?limit=500", cancel);
        var gateway = await api.GetAsync($"/v1/gateways/{DemoOptions.Edge}", cancel);
        var limitOfLease = LimitsIn(gateway);
        var edgeLoss = await EdgeLossAsync(cancel);
        var receipts = ReceiptBook.ReadAll(folder.Devices);
        var unanswered = Unanswered();
        var compared = Comparison.Of(receipts, rows, unanswered);
        var declined = receipts.Where(receipt => !receipt.Approved).ToList();
        return new()
        {
            Devices = enrolment.Devices.Count,
            Requests = Everybody().Sum(device => device.State.LastSequence),
            Approved = receipts.Count - declined.Count,
            Declined = declined.Count,
            DeclinedByCode = declined.GroupBy(receipt => receipt.Code).OrderBy(group => group.Key)
                .ToDictionary(group => CodeNames.Of(group.Key), group => (long)group.Count()),
            ApprovedOffline = seen.ApprovedOffline,
            DeclinedOffline = seen.DeclinedOffline,
            OfflineGoal = seen.OfflineGoal,
            DuplicatesSent = seen.DuplicatesSent,
            Conflicts = seen.Conflicts,
            CloneDenied = seen.CloneDenied,
            ForgedSent = seen.ForgedSent,
            ForgedApproved = seen.ForgedApproved,
            EdgeKills = seen.EdgeKills,
            EdgeCrash = seen.EdgeCrash,
            EdgeDown = seen.EdgeDown,
            EdgeFroze = seen.EdgeFroze,
            EdgeRestored = seen.Restored is not null,
            ReceiptsVerified = receipts.Count - declined.Count,
            Settled = compared.Settled,
            Lost = compared.Lost,
            Doubled = compared.Doubled,
            WrongAmount = compared.WrongAmount,
            Unfounded = compared.Unfounded,
            OverspentMinor = Comparison.Overspent(
                receipts, enrolment.Devices.ToDictionary(device => device.Kid, device => device.Account),
                DemoOptions.FundMinor, limitOfLease),
            BreaksByCategory = BreaksIn(summary, breaks),
            Uncategorised = NumberOf(summary, "uncategorised"),
            LedgerSumMinor = NumberOf(proof, "sum_minor"),
            LedgerViolations = ViolationsIn(proof),
            Drained = seen.Drained,
            Unanswered = unanswered.Count,
            Lifecycle =
            [
                Demo.Lifecycle.RefundsOf(scenes.Shopper, receipts, rows),
                Demo.Lifecycle.HoldOf(scenes.Driver, receipts, rows, limitOfLease),
                Demo.Lifecycle.VouchersOf(scenes.Charger, scenes.LastClaimMinor, receipts, rows),
                Demo.Lifecycle.EvidenceOf(seen.Evidence),
                Demo.Lifecycle.RestoredOf(seen.Restored, receipts, edgeLoss),
            ],
        };
    }

    private IEnumerable<(KeyId Kid, DeviceState State)> Everybody() =>
        fleet.Devices.Concat(scenes.Devices).Concat(payees.Tills.Select(till => till.Device))
            .Select(device => (device.Identity.Kid, device.State))
            .Append((enrolment.Devices[^2].Kid, attacks.VictimState));

    private List<RequestName> Unanswered() =>
    [
        .. Everybody()
            .Where(device => device.State.Open is not null && !device.State.Stopped)
            .Select(device => new RequestName(device.Kid, device.State.Epoch, device.State.Open!.Sequence)),
    ];

    /// <summary>What the operator has lost with its gateways, by the trial balance.</summary>
    private async Task<long> EdgeLossAsync(CancellationToken cancel)
    {
        var balance = await api.GetAsync("/v1/ledger/balance", cancel);
        return balance.GetProperty("lines").EnumerateArray()
            .Where(line => line.GetProperty("kind").GetString() == "edge_loss")
            .Sum(line => -NumberOf(line, "balance_minor"));
    }

    /// <summary>
    /// A lease that is closed is not listed any more; none was ever larger than what the gateway may hold.
    /// </summary>
    private static Func<long, long> LimitsIn(JsonElement gateway)
    {
        var limits = gateway.GetProperty("leases").EnumerateArray()
            .ToDictionary(lease => NumberOf(lease, "lease"), lease => NumberOf(lease, "limit_minor"));
        return lease => limits.GetValueOrDefault(lease, DemoOptions.LeaseMinor);
    }

    /// <summary>
    /// A break of a record shows in both lists, one of an event or a chain only among the breaks: the larger count is
    /// the right one.
    /// </summary>
    internal static IReadOnlyDictionary<string, long> BreaksIn(JsonElement summary, IEnumerable<JsonElement> breaks) =>
        summary.GetProperty("by_category").EnumerateObject()
            .Select(entry => (Name: CategoryName(entry.Name), Count: CountOf(entry.Value)))
            .Concat(breaks.GroupBy(one => CategoryName(one.GetProperty("category").GetString()!))
                .Select(group => (Name: group.Key, Count: (long)group.Count())))
            .Where(entry => entry.Count != 0 && !Quiet.Contains(entry.Name))
            .GroupBy(entry => entry.Name)
            .ToDictionary(group => group.Key, group => group.Max(entry => entry.Count));

    internal static IReadOnlyDictionary<string, long> ViolationsIn(JsonElement proof) =>
        proof.GetProperty("checks").EnumerateArray()
            .Select(check => (Name: check.GetProperty("name"), Count: CountOf(check.GetProperty("violations"))))
            .Where(check => check.Count != 0)
            .ToDictionary(check => check.Name.ToString(), check => check.Count);

    /// <summary>The catalogue's word, whether the cloud wrote a number or a name in any case.</summary>
    internal static string CategoryName(string written) =>
        int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? CodeCatalogue.Find(7_000 + number)?.Name ?? written
            : JsonNamingPolicy.SnakeCaseLower.ConvertName(written);

    private static long CountOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetInt64(),
        JsonValueKind.Array => value.GetArrayLength(),
        JsonValueKind.Object => NumberOf(value, value.TryGetProperty("records", out _) ? "records" : "count"),
        _ => 0,
    };

    private static long NumberOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number ? value.GetInt64() : 0;
}
