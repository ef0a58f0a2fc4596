using System.Globalization;

namespace MqttPay.FirmwareSim.Demo;

/// <summary>Judges the facts: "ok", or a text that says what is wrong and with which payments.</summary>
internal static class Verdict
{
    public const string Ok = "ok";

    private const int NamedMax = 5;

    /// <summary>
    /// The clone makes one: two valid contents under one name must show up as a break, or nobody would look.
    /// </summary>
    private const string ExpectedBreak = "conflict";

    /// <summary>The restored gateway makes these: its second history is shown, though it took nothing.</summary>
    private const string RestoredBreak = "chain_fork";

    public static string Of(DemoFacts facts)
    {
        var faults = new List<string>();
        AddMoney(facts, faults);
        AddBooks(facts, faults);
        AddStory(facts, faults);
        return faults.Count == 0 ? Ok : string.Join("; ", faults);
    }

    private static void AddMoney(DemoFacts facts, List<string> faults)
    {
        Name(faults, facts.Lost, "approved and proved to the device, but not in the ledger (lost)");
        Name(faults, facts.Doubled, "posted more than once (doubled)");
        Name(faults, facts.WrongAmount, "posted with another amount than the device was told");
        Name(faults, facts.Unfounded, "posted without an approval that a device knows of");
        if (facts.OverspentMinor != 0)
            faults.Add($"{Screen.Euro(facts.OverspentMinor)} spent over a lease or an account");
        if (facts.ForgedApproved != 0)
            faults.Add(Say(facts.ForgedApproved, "forged or malformed messages were approved"));
        if (facts.ReceiptsVerified == 0) faults.Add("no device holds a checked approval");
        var missing =
            facts.ReceiptsVerified - facts.Settled - facts.Lost.Count - facts.Doubled.Count - facts.WrongAmount.Count;
        if (missing != 0) faults.Add(Say(missing, "approvals are in no class"));
    }

    private static void AddBooks(DemoFacts facts, List<string> faults)
    {
        if (facts.LedgerSumMinor != 0)
            faults.Add($"the ledger sums to {Screen.Euro(facts.LedgerSumMinor)} instead of 0");
        foreach (var (check, violations) in facts.LedgerViolations)
            faults.Add(Say(violations, $"violations of the ledger's check {check}"));
        if (facts.Uncategorised != 0) faults.Add(Say(facts.Uncategorised, "records in no category"));
        foreach (var (category, count) in facts.BreaksByCategory)
            if (category != ExpectedBreak && (category != RestoredBreak || !facts.EdgeRestored))
                faults.Add(Say(count, $"breaks of category {category}"));
        if (facts.EdgeRestored && !facts.BreaksByCategory.ContainsKey(RestoredBreak))
            faults.Add("the restored gateway's second history is in no break of category chain_fork");
        if (facts.Conflicts > 0 && !facts.BreaksByCategory.ContainsKey(ExpectedBreak))
            faults.Add("the clone's pair of messages is in no break of category conflict");
        if (!facts.Drained) faults.Add("the cloud does not have every round that devices hold receipts of");
        if (facts.EdgeFroze)
            faults.Add("the edge froze: a device showed it a receipt that it had forgotten or never wrote");
        if (facts.EdgeCrash is not null) faults.Add($"the edge stopped by itself: {facts.EdgeCrash}");
        if (facts.EdgeDown is not null) faults.Add($"the edge did not start again: {facts.EdgeDown}");
        if (facts.Unanswered != 0) faults.Add(Say(facts.Unanswered, "requests were never answered"));
    }

    /// <summary>A demo that did not do what it is for proves nothing.</summary>
    private static void AddStory(DemoFacts facts, List<string> faults)
    {
        if (facts.ApprovedOffline < facts.OfflineGoal)
            faults.Add(Say(facts.ApprovedOffline, $"approvals without the cloud, {facts.OfflineGoal} were wanted"));
        if (facts.DeclinedOffline == 0) faults.Add("no device met its limit while the uplink was cut");
        if (facts.EdgeKills == 0) faults.Add("the edge was never killed");
        if (facts.DuplicatesSent == 0) faults.Add("no duplicate was sent");
        if (facts.ForgedSent == 0) faults.Add("no forged message was sent");
        if (facts.Conflicts == 0) faults.Add("the cloned device met no conflict");
        if (!facts.CloneDenied) faults.Add("the cloned key was not denied");
        foreach (var check in facts.Lifecycle)
            if (!check.Holds)
                faults.Add($"{check.Name}: {check.Said}");
    }

    private static void Name(List<string> faults, IReadOnlyList<string> payments, string what)
    {
        if (payments.Count == 0) return;
        var more = payments.Count > NamedMax ? ", …" : "";
        var noun = payments.Count == 1 ? "payment" : "payments";
        faults.Add(Say(payments.Count, $"{noun} {what}: {string.Join(", ", payments.Take(NamedMax))}{more}"));
    }

    private static string Say(long count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}");
}
