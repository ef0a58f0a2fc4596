using System.CommandLine;
using System.Text;
using System.Text.Json;
using MqttPay.EdgeAgent.Http;
using MqttPay.Host.Cli;
using MqttPay.Payments;
using MqttPay.Rounds;

namespace MqttPay.EdgeAgent.Verbs;

/// <summary>
/// <c>decision replay</c>: decides everything in a stopped agent's journal once more, from the record, the policy and
/// the list of devices. What comes out otherwise was not decided by these rules.
/// </summary>
internal static class DecisionVerb
{
    public static Command Create(Option<bool> json)
    {
        var data = DataOption.Create();
        var config = new Option<string?>("--config") { Description = "Default: edge.json in the data folder." };
        var from = new Option<long>("--from") { Description = "Compare from this round on." };
        var verb = new Command("replay", "Recompute every decision from journal, policy and roster.")
        {
            data, config, from,
        };
        verb.SetAction(async (parsed, cancel) =>
        {
            var report = Replay(parsed.GetRequiredValue(data), parsed.GetValue(config), parsed.GetValue(from));
            var output = parsed.InvocationConfiguration.Output;
            await output.WriteLineAsync(
                parsed.GetValue(json) ? JsonSerializer.Serialize(report, AgentJson.Options) : TextOf(report).TrimEnd());
            return report.Differences.Count == 0 && report.Damage is null ? ExitCode.Ok : ExitCode.ChecksFailed;
        });
        return new("decision", "What was decided, and why.") { verb };
    }

    private static ReplayReport Replay(string data, string? config, long from)
    {
        var past = new PastReading(data, config);
        past.RefuseWhenRunning();
        var rosters = past.Rosters().ToDictionary(static kept => kept.Key, static kept => new EdgeRoster(kept.Value));
        var replay = new DecisionReplay(new(past.Options.Id, 1), version => rosters.GetValueOrDefault(version));
        var damage = past.Read(replay.Book, (round, bytes) => round.Header.Number < from
            ? MqttPay.Rounds.Replay.Apply(replay.Book, round, bytes)
            : replay.Take(round, bytes));
        return new(
            replay.Book.Head, replay.Same, replay.Unknown, damage, [.. replay.Differences.Select(DifferenceOf)]);
    }

    private static DifferenceReport DifferenceOf(ReplayDifference found) => new(
        PaymentId.Of(found.Name).ToString(), found.Name.Kid.ToString(), found.Name.Epoch, found.Name.Sequence,
        found.Place.Round, found.Place.Leaf, OutcomeOf(found.Recorded),
        found.Again is { } again ? OutcomeOf(again) : null);

    private static OutcomeReport OutcomeOf(Decision decision) => new(
        AgentJson.NameOf(decision.Code), decision.AmountMinor, decision.Evidence.ToString(), decision.Lease,
        decision.HoldSeconds, decision.Policy);

    private static string TextOf(ReplayReport report)
    {
        var text = new StringBuilder(
            $"replayed to round {Figures.Count(report.Round)}   {Figures.Count(report.Same)} the same   "
            + $"{Figures.Count(report.Differences.Count)} different   "
            + $"{Figures.Count(report.Unknown)} without their roster\n");
        if (report.Damage is { } damage) text.AppendLine($"! MP5005 the journal ends early: {damage}");
        foreach (var found in report.Differences)
            text.AppendLine(
                $"! {found.PaymentId} (round {found.Round}, leaf {found.Leaf}): "
                + $"recorded {found.Recorded.Code} {found.Recorded.AmountMinor} [{found.Recorded.Evidence}], "
                + (found.Again is { } again
                    ? $"the rules say {again.Code} {again.AmountMinor} [{again.Evidence}]"
                    : "the rules decide nothing"));
        return text.ToString();
    }

    /// <param name="Unknown">Decisions whose roster is no longer kept.</param>
    private sealed record ReplayReport(
        long Round, int Same, int Unknown, string? Damage, IReadOnlyList<DifferenceReport> Differences);

    private sealed record DifferenceReport(
        string PaymentId, string Kid, uint Epoch, long Sequence, long Round, int Leaf, OutcomeReport Recorded,
        OutcomeReport? Again);

    private sealed record OutcomeReport(
        string Code, long AmountMinor, string Evidence, long Lease, uint HoldSeconds, uint Policy);
}
