using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;
using Xunit;
using static MqttPay.UnitTests.Core.Rounds.EdgeBench;

namespace MqttPay.UnitTests.Core.Rounds;

/// <summary>What holds over whole runs of everything that an edge can be asked.</summary>
public sealed class RandomRunTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_decision_is_made_again_from_journal_policy_and_roster(int seed)
    {
        var run = Run(seed);
        var replay = Replayed(run);
        Assert.Empty(replay.Differences.Select(difference => difference.ToString()));
        Assert.Equal(0, replay.Unknown);
        Assert.True(replay.Same > 30, $"{replay.Same} decisions only");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Recovery_ends_in_the_standings_that_the_running_edge_had(int seed)
    {
        var run = Run(seed);
        var (live, again) = (run.Bench.Book, Replayed(run).Book);
        Assert.Equal(live.Leases.Values, again.Leases.Values);
        Assert.Equal(
            live.Holds.Open.Select(hold => (hold.Id, hold.AmountMinor, hold.VoucherMinor, hold.EndsAtSeconds)),
            again.Holds.Open.Select(hold => (hold.Id, hold.AmountMinor, hold.VoucherMinor, hold.EndsAtSeconds)));
        Assert.Equal(
            (live.Head, live.HeadRoot, live.Watermark, live.ElapsedSeconds, live.EdgeExposureMinor, live.OpenHolds),
            (again.Head, again.HeadRoot, again.Watermark, again.ElapsedSeconds, again.EdgeExposureMinor,
                again.OpenHolds));
        Assert.Equal(live.Decided, again.Decided);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_a_lease_spent_is_what_was_approved_on_it_less_what_was_given_back(int seed)
    {
        var run = Run(seed);
        var book = run.Bench.Book;
        foreach (var hold in book.Holds.Open)
            foreach (var part in hold.Parts) Assert.True(book.Leases[part.Lease].SpentMinor >= part.AmountMinor);
        var holds = book.Holds.Open.SelectMany(hold => hold.Parts).GroupBy(part => part.Lease);
        foreach (var lease in holds) Assert.Equal(lease.Count(), book.Leases[lease.Key].OpenHolds);
    }

    [Fact]
    public void The_runs_approve_and_decline_every_operation()
    {
        var seen = Enumerable.Range(1, 10).SelectMany(seed => Run(seed).Bench.Written)
            .SelectMany(round => round.Leaves).OfType<Leaf.Decided>()
            .Select(leaf =>
            {
                Assert.Equal(WireError.None, RequestCodec.TryParse(leaf.Request, out var view));
                Assert.Equal(WireError.None, DecisionCodec.TryParse(leaf.Decision, out var decision));
                return (view.Operation, decision!.Approved);
            })
            .ToHashSet();
        for (var operation = Operation.Sale; operation <= Operation.Confirm; operation++)
        {
            if (operation is Operation.Voucher) continue;   // Vouchers are kept, not decided.
            Assert.Contains((operation, true), seen);
            Assert.Contains((operation, false), seen);
        }
    }

    [Fact]
    public void A_changed_decision_is_found()
    {
        var run = Run(1);
        var book = new EdgeBook(Edge, 1);
        var roster = run.Bench.Machine.Roster;
        var replay = new DecisionReplay(book, _ => roster);
        var stricter = false;
        foreach (var entry in run.Journal)
        {
            if (entry is Ack ack) Replay.Apply(book, ack);
            else Assert.Null(replay.Take(RandomRun.Stored((Round)entry), 0));
            if (stricter || book.Policy is null) continue;
            stricter = true;   // From here on the book believes in other rules than those that decided.
            var policy = book.Policy with { FloorMinor = 0, Version = book.Policy.Version };
            book.Apply(new RoundEvent.PolicyOn(policy.Version), null, policy, null);
        }

        Assert.NotEmpty(replay.Differences);
    }

    private static RandomRun Run(int seed)
    {
        var run = new RandomRun(seed);
        run.Turns(400);
        return run;
    }

    private static DecisionReplay Replayed(RandomRun run)
    {
        var roster = run.Bench.Machine.Roster;
        var replay = new DecisionReplay(
            new EdgeBook(Edge, 1), version => version == roster.Version ? roster : null);
        foreach (var entry in run.Journal)
        {
            if (entry is Ack ack) Assert.True(Replay.Apply(replay.Book, ack));
            else Assert.Null(replay.Take(RandomRun.Stored((Round)entry), 0));
        }

        return replay;
    }
}
