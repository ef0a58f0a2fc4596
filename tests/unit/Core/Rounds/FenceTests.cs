using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;
using Xunit;
using static MqttPay.UnitTests.Core.Rounds.EdgeBench;

namespace MqttPay.UnitTests.Core.Rounds;

/// <summary>What an edge still knows when the cloud begins a new fence after a rollback or a fork.</summary>
public sealed class FenceTests
{
    private static readonly Hash CloudsRoot = Hash.Of("the round that the cloud has"u8);

    [Fact]
    public void A_restored_edge_goes_on_after_the_clouds_round_without_leases_and_holds()
    {
        var (bench, _) = After(head => head + 40);
        Assert.Equal((2u, FreezeCause.None), (bench.Book.Fence, bench.Book.Frozen));
        Assert.Empty(bench.Book.Leases);
        Assert.Equal(0, bench.Book.OpenHolds);
        Assert.Equal(0, bench.Book.EdgeExposureMinor);
        Assert.Equal(DecisionCode.FloatExhausted, bench.Decide(bench.Next(Bob)).Code);
    }

    [Fact]
    public void A_lease_of_the_old_fence_is_not_taken()
    {
        var (bench, _) = After(head => head + 40);
        bench.Do(GrantOf(960, 71, 10_00));   // Fence 1.
        Assert.Empty(bench.Book.Leases);
    }

    [Fact]
    public void Names_of_shared_rounds_stay_decided()
    {
        var (bench, sale) = After(head => head);
        Assert.IsType<Effect.Repeat>(Assert.Single(bench.Do(new Input.Arrived(Incoming(sale)))));
    }

    [Fact]
    public void Names_of_a_branch_that_was_given_up_are_stale_and_never_approved_again()
    {
        var (bench, sale) = After(head => head - 1);
        Assert.Contains(
            bench.Send(sale), effect => effect is Effect.Hint { Code: DecisionCode.SequenceStale });

        // Nor is it said that nothing was taken: the cloud judges the branch.
        var reverse = bench.Next(Alice) with
        {
            Operation = Operation.Reverse, Sequence = sale.Sequence + 1, AmountMinor = 0, Currency = 0,
            ReferenceSequence = sale.Sequence,
        };
        Assert.Equal(DecisionCode.ReferenceNotFound, bench.Decide(reverse).Code);
    }

    [Fact]
    public void Names_that_only_the_cloud_knows_are_stale_by_the_rosters_floor()
    {
        var bench = Ready();
        var alice = bench.Machine.Roster.Find(Alice.Id)! with { SequenceFloor = 30 };
        bench.Do(new Input.RosterCame(new Roster(2, Edge, 7, [7], [alice])));
        bench.Sync();
        var lost = bench.Next(Alice) with { Sequence = 30 };
        Assert.Contains(bench.Send(lost), effect => effect is Effect.Hint { Code: DecisionCode.SequenceStale });
        var next = bench.Decide(lost with { Sequence = 31, Previous = 77 });
        Assert.Equal(DecisionCode.Approved, next.Code);
        Assert.True(next.Evidence.HasFlag(Evidence.SequenceGap));
    }

    [Fact]
    public void An_order_of_another_edge_or_an_older_fence_is_refused()
    {
        var book = Ready().Book;
        Assert.NotNull(Replay.Refence(book, new Ack(Edge + 1, 2, 10, CloudsRoot)));
        Assert.NotNull(Replay.Refence(book, new Ack(Edge, 1, 10, CloudsRoot)));
    }

    /// <summary>An edge with one sale of Alice's and a hold, which then got a new fence.</summary>
    private static (EdgeBench Bench, PaymentRequest Sale) After(Func<long, long> round)
    {
        var bench = Ready();
        var auth = bench.Hold(Bob);
        var sale = bench.Next(Alice);
        bench.Decide(sale);
        var head = bench.Book.Head;
        Assert.Null(Replay.Refence(bench.Book, new Ack(Edge, 2, round(head), CloudsRoot)));
        var after = new EdgeBench(bench.Book);
        after.Do(new Input.Started("test", true, [1], 0, FreezeCause.None));
        after.Sync();
        after.Skip(auth);
        after.Skip(sale);
        return (after, sale);
    }
}
