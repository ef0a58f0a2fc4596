using System.Globalization;
using System.Text.Json;

namespace MqttPay.FirmwareSim.Demo;

/// <summary>The facts and the verdict as a file for programs and as the last lines for people.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(DemoOptions options, DemoFacts facts, string verdict)
    {
        if (options.JsonFile is null) return;
        File.WriteAllText(options.JsonFile, Json(options, facts, verdict) + "\n");
    }

    internal static string Json(DemoOptions options, DemoFacts facts, string verdict) => JsonSerializer.Serialize(
        new
        {
            facts.Devices,
            facts.Requests,
            facts.Approved,
            facts.Declined,
            facts.ApprovedOffline,
            facts.DeclinedOffline,
            facts.DeclinedByCode,
            facts.DuplicatesSent,
            facts.Conflicts,
            facts.CloneDenied,
            facts.ForgedSent,
            facts.ForgedApproved,
            facts.EdgeKills,
            facts.EdgeFroze,
            facts.EdgeRestored,
            facts.EdgeCrash,
            facts.EdgeDown,
            facts.ReceiptsVerified,
            facts.Settled,
            Lost = facts.Lost.Count,
            LostPayments = facts.Lost,
            Doubled = facts.Doubled.Count,
            DoubledPayments = facts.Doubled,
            WrongAmount = facts.WrongAmount.Count,
            WrongAmountPayments = facts.WrongAmount,
            Unfounded = facts.Unfounded.Count,
            UnfoundedPayments = facts.Unfounded,
            facts.OverspentMinor,
            facts.BreaksByCategory,
            facts.Uncategorised,
            facts.LedgerSumMinor,
            facts.LedgerViolations,
            facts.Drained,
            facts.Unanswered,
            Lifecycle = facts.Lifecycle.Select(check => new { check.Name, check.Holds, check.Said }),
            facts.ElapsedS,
            options.Seed,
            Broker = options.Mosquitto ? "mosquitto" : "own",
            Verdict = verdict,
        },
        Indented);

    public static string Text(DemoFacts facts, string verdict)
    {
        var breaks = facts.BreaksByCategory.Count == 0
            ? "0"
            : string.Join(", ", facts.BreaksByCategory.Select(pair => $"{pair.Value} {pair.Key}"));
        var counts = $"approved {facts.ReceiptsVerified}   posted {facts.Settled}   offline {facts.ApprovedOffline}";
        var faults = $"lost {facts.Lost.Count}   doubled {facts.Doubled.Count}   breaks {breaks}";
        var money = string.Create(
            CultureInfo.InvariantCulture,
            $"over lease {facts.OverspentMinor / 100m:0.00}   ledger sum {facts.LedgerSumMinor}");
        var line = $"{counts}   {faults}   {money}   {facts.ElapsedS} s";
        var lives = string.Concat(facts.Lifecycle.Select(check =>
            $" {(check.Holds ? "✔" : "✗")} {check.Name,-9} {check.Said}\n"));
        return lives
            + (verdict == Verdict.Ok ? $"VERDICT OK   {line}" : $"VERDICT FAILED   {verdict}\n               {line}");
    }
}
