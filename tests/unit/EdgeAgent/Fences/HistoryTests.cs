using MqttPay.EdgeAgent.Storage;
using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.EdgeAgent.Fences;

/// <summary>Journals of several fences, read as one history.</summary>
public sealed class HistoryTests : IDisposable
{
    private readonly FenceBench bench = new FenceBench().Start().Fund();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void Rounds_go_on_after_the_orders_round_with_its_root()
    {
        var (shared, _) = PayTwice();
        Refence(shared);

        bench.Start();

        var first = bench.Bench.Written[0].Header;
        Assert.Equal((2u, shared + 1, FreezeCause.None), (first.Fence, first.Number, bench.Book.Frozen));
        Assert.Equal(RootBefore, first.PreviousRoot);
        Assert.Equal(1, bench.Journal.EndLsn);
        Assert.Equal(2u, bench.Book.Incarnation);
        Assert.Equal(new RoundPlace(shared + 1, RootBefore), PlaceIn("/data/journal/2/1.seg"));
    }

    [Fact]
    public void A_restart_under_the_new_fence_knows_both_histories()
    {
        var (shared, _) = PayTwice();
        Refence(shared);
        bench.Start().Fund();
        bench.Bench.Skip(given);   // The device has gone on; only the edge has forgotten.
        var sale = bench.Sale();
        Assert.Equal(DecisionCode.Approved, bench.Pay(sale).Code);
        var (head, root) = (bench.Book.Head, bench.Book.HeadRoot);

        bench.Start();

        var start = bench.Bench.Written[0].Header;
        Assert.Equal((head + 1, root), (start.Number, start.PreviousRoot));
        Assert.NotNull(bench.Book.Find(PaymentId.Of(kept.Name)));
        Assert.NotNull(bench.Book.Find(PaymentId.Of(sale.Name)));
        Assert.NotNull(bench.Stored.Rebuild(bench.Book.Find(PaymentId.Of(sale.Name))!.Value.Place));
    }

    [Fact]
    public void A_shared_rounds_reply_is_the_same_bytes_and_a_lost_round_is_not_found()
    {
        var (shared, lost) = PayTwice();
        var place = bench.Book.Find(PaymentId.Of(kept.Name))!.Value.Place;
        var reply = bench.Stored.Rebuild(place);
        Refence(shared);

        bench.Start();

        Assert.Equal(reply, bench.Stored.Rebuild(place));
        Assert.Null(bench.Stored.MessageAt(new(lost, 0)));   // Now a round of the new fence, or none.
        Assert.Null(bench.Book.Find(PaymentId.Of(given.Name)));
        Assert.Equal([DecisionCode.SequenceStale], Hints(bench.Bench.Send(given)));
    }

    [Fact]
    public void What_the_cloud_may_lack_is_sent_as_it_stands_and_in_pieces_that_follow()
    {
        var (shared, lost) = PayTwice();
        Refence(shared);
        bench.Start();

        var run = Assert.Single(bench.History.Lost);
        Assert.Equal((1u, 2u, 1L, shared + 1, lost), (run.Fence, run.Next, run.Oldest, run.First, run.Last));
        var (body, last) = bench.Stored.LostFrom(run, run.First)!.Value;
        Assert.Equal(lost, last);
        Assert.Equal(WireError.None, BatchCodec.TryParse(body, out var rounds));
        Assert.All(rounds, round => Assert.Equal(1u, round.Header.Fence));
        Assert.Equal(RootBefore, rounds[0].Header.PreviousRoot);
        Assert.Equal(lost, bench.Stored.LostFrom(run, run.Oldest)!.Value.Last);
    }

    [Fact]
    public void Where_the_clouds_root_is_another_all_that_it_did_not_acknowledge_may_be_lacking()
    {
        var (shared, lost) = PayTwice();
        bench.Acknowledge(2);
        Assert.NotNull(bench.Orders.Take(bench.Order(2, lost + 50, Hash.Of([9])), 1));

        bench.Start();

        Assert.Equal((3L, lost), (bench.History.Lost[0].First, bench.History.Lost[0].Last));
        Assert.Equal(lost + 51, bench.Bench.Written[0].Header.Number);
        Assert.True(shared < lost);
    }

    [Fact]
    public void Nothing_is_lost_when_the_order_names_the_head()
    {
        PayTwice();
        Refence(bench.Book.Head);

        bench.Start();

        Assert.Empty(bench.History.Lost);
        Assert.NotNull(bench.Book.Find(PaymentId.Of(given.Name)));
    }

    [Fact]
    public void Damage_in_a_fence_that_is_over_stops_nothing()
    {
        var (shared, _) = PayTwice();
        Refence(shared);
        bench.Stop();
        var bytes = bench.Disk["/data/journal/1/1.seg"];
        bytes[SegmentHeader.Bytes + 300] ^= 1;
        bench.Disk["/data/journal/1/1.seg"] = bytes;

        bench.Start().Fund();

        Assert.Null(bench.History.Damage);
        Assert.Equal(shared + 1, bench.Bench.Written[0].Header.Number);
    }

    [Fact]
    public void Several_fences_follow_each_other()
    {
        var (shared, _) = PayTwice();
        Refence(shared);
        bench.Start().Fund();
        var second = bench.Book.Head;
        Refence(second, fence: 5);
        bench.Start().Fund();

        bench.Start();

        Assert.Equal(5u, bench.Book.Fence);
        Assert.Equal([1u], bench.History.Lost.Select(run => run.Fence));
        Assert.NotNull(bench.Stored.RoundAt(shared));
        Assert.Equal(2u, bench.Stored.RoundAt(second)!.Header.Fence);
        Assert.Equal(5u, bench.Stored.RoundAt(second + 1)!.Header.Fence);
    }

    [Fact]
    public void A_read_only_history_writes_nothing_and_needs_a_journal()
    {
        PayTwice();
        bench.Stop();
        var (steps, paths) = (bench.Disk.Steps, bench.Disk.Paths);
        var opened = paths.Count(path =>
            path.EndsWith(".seg", StringComparison.Ordinal) && !path.EndsWith("spare.seg", StringComparison.Ordinal));

        bench.Open(readOnly: true);

        Assert.Equal(steps + opened, bench.Disk.Steps);   // Each segment was opened, and that is all.
        Assert.Throws<JournalFailedException>(
            () => bench.Journal.Append(FrameKind.Ack, 9, [1]));
        bench.Stop().Disk = new();
        Assert.Throws<JournalFailedException>(() => bench.Open(readOnly: true));
    }

    private PaymentRequest kept = null!;
    private PaymentRequest given = null!;

    private Hash RootBefore { get; set; }

    /// <summary>Two sales; the round of the first, and the newest.</summary>
    private (long Shared, long Lost) PayTwice()
    {
        kept = bench.Sale();
        Assert.Equal(DecisionCode.Approved, bench.Pay(kept).Code);
        var shared = bench.Book.Head;
        given = bench.Sale();
        Assert.Equal(DecisionCode.Approved, bench.Pay(given).Code);
        return (shared, bench.Book.Head);
    }

    private void Refence(long round, uint fence = 2)
    {
        RootBefore = bench.RootOf(round);
        Assert.NotNull(bench.Orders.Take(bench.Order(fence, round, RootBefore), bench.Book.Fence));
    }

    private RoundPlace PlaceIn(string path)
    {
        var header = SegmentHeader.Read(bench.Disk[path], out _)!;
        return new(header.FirstRound, header.RootBefore);
    }

    private static DecisionCode[] Hints(IReadOnlyList<Effect> effects) =>
        [.. effects.OfType<Effect.Hint>().Select(hint => hint.Code)];
}
