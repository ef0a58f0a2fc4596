using MqttPay.FirmwareSim.Demo;
using Xunit;

namespace MqttPay.UnitTests.FirmwareSim;

public sealed class VerdictTests
{
    private static readonly DemoFacts Good = new()
    {
        Devices = 200,
        Approved = 1_333,
        ReceiptsVerified = 1_333,
        Settled = 1_333,
        ApprovedOffline = 1_100,
        OfflineGoal = 1_000,
        DeclinedOffline = 40,
        DuplicatesSent = 20,
        Conflicts = 1,
        CloneDenied = true,
        ForgedSent = 11,
        EdgeKills = 1,
        Drained = true,
        BreaksByCategory = new Dictionary<string, long> { ["conflict"] = 1 },
    };

    /// <summary>Each case spoils one fact; its name is what the verdict must say about it.</summary>
    private static readonly Dictionary<string, Func<DemoFacts, DemoFacts>> Spoil = new()
    {
        { "aa01", facts => facts with { Lost = ["aa01"], Settled = 1_332 } },
        { "bb02", facts => facts with { Doubled = ["bb02"], Settled = 1_332 } },
        { "cc03", facts => facts with { WrongAmount = ["cc03"], Settled = 1_332 } },
        { "dd04", facts => facts with { Unfounded = ["dd04"] } },
        { "in no class", facts => facts with { Settled = 1_332 } },
        { "EUR 0.01 spent over", facts => facts with { OverspentMinor = 1 } },
        { "1 forged", facts => facts with { ForgedApproved = 1 } },
        { "in no category", facts => facts with { Uncategorised = 1 } },
        { "ledger sums to EUR 0.01", facts => facts with { LedgerSumMinor = 1 } },
        { "check balances",
            facts => facts with { LedgerViolations = new Dictionary<string, long> { ["balances"] = 2 } } },
        { "category over_lease",
            facts => facts with
            {
                BreaksByCategory = new Dictionary<string, long> { ["conflict"] = 1, ["over_lease"] = 1 },
            } },
        { "category chain_fork",
            facts => facts with
            {
                BreaksByCategory = new Dictionary<string, long> { ["conflict"] = 1, ["chain_fork"] = 1 },
            } },
        { "in no break of category chain_fork", facts => facts with { EdgeRestored = true } },
        { "in no break of category conflict",
            facts => facts with { BreaksByCategory = new Dictionary<string, long>() } },
        { "does not have every round", facts => facts with { Drained = false } },
        { "hold: nothing captured",
            facts => facts with { Lifecycle = [new("hold", false, "nothing captured")] } },
        { "froze", facts => facts with { EdgeFroze = true } },
        { "stopped by itself: MP9001", facts => facts with { EdgeCrash = "MP9001" } },
        { "did not start again", facts => facts with { EdgeDown = "disk" } },
        { "never answered", facts => facts with { Unanswered = 1 } },
        { "999 approvals without the cloud", facts => facts with { ApprovedOffline = 999 } },
        { "no device met its limit", facts => facts with { DeclinedOffline = 0 } },
        { "never killed", facts => facts with { EdgeKills = 0 } },
        { "no duplicate", facts => facts with { DuplicatesSent = 0 } },
        { "no forged", facts => facts with { ForgedSent = 0 } },
        { "no conflict", facts => facts with { Conflicts = 0 } },
        { "not denied", facts => facts with { CloneDenied = false } },
        { "no device holds", facts => facts with { ReceiptsVerified = 0, Settled = 0 } },
    };

    [Fact]
    public void Says_ok_when_every_fact_is_good() => Assert.Equal("ok", Verdict.Of(Good));

    public static TheoryData<string> Spoiled => [.. Spoil.Keys];

    [Theory]
    [MemberData(nameof(Spoiled))]
    public void Names_the_one_fact_that_is_wrong(string named)
    {
        var verdict = Verdict.Of(Spoil[named](Good));

        Assert.Contains(named, verdict);
        Assert.DoesNotContain(';', verdict);
    }

    [Fact]
    public void Names_five_payments_and_counts_all()
    {
        var lost = Enumerable.Range(1, 7).Select(i => $"pay{i}").ToList();

        var verdict = Verdict.Of(Good with { Lost = lost, Settled = 1_326 });

        Assert.Contains("7 payments", verdict);
        Assert.Contains("pay5, …", verdict);
        Assert.DoesNotContain("pay6", verdict);
    }

    [Fact]
    public void The_report_has_the_promised_fields()
    {
        var options = new DemoOptions(200, 60, 1, null, false, Sabotage.None, false);

        using var json = System.Text.Json.JsonDocument.Parse(Report.Json(options, Good, "ok"));

        string[] promised =
        [
            "devices", "requests", "approved", "declined", "approved_offline", "declined_by_code", "duplicates_sent",
            "conflicts", "edge_kills", "receipts_verified", "settled", "lost", "doubled", "overspent_minor",
            "breaks_by_category", "uncategorised", "ledger_sum_minor", "elapsed_s", "verdict",
        ];
        Assert.All(promised, name => Assert.True(json.RootElement.TryGetProperty(name, out _), name));
    }
}
