using MqttPay.EdgeAgent.Cache;
using MqttPay.EdgeAgent.Storage;
using MqttPay.Payments;
using MqttPay.UnitTests.Core.Rounds;
using MqttPay.UnitTests.EdgeAgent.Storage;
using Xunit;

namespace MqttPay.UnitTests.EdgeAgent.Cache;

public sealed class ProjectionTests
{
    [Fact]
    public void An_empty_cache_becomes_the_fold_of_the_journal()
    {
        using var bench = new CacheBench().Pay(40).Start().CatchUp();

        bench.AssertIsTheFold();
        Assert.Equal(0, bench.Projection.Lag);
    }

    [Fact]
    public void It_goes_on_with_what_is_journalled_later()
    {
        using var bench = new CacheBench().Pay(5).Start().CatchUp();
        Assert.Equal(5, bench.Projection.Decisions(0, long.MaxValue, 100)!.Count);

        bench.Pay(20).CatchUp();

        Assert.Equal(25, bench.Projection.Decisions(0, long.MaxValue, 100)!.Count);
    }

    [Fact]
    public void News_waits_for_the_interval_and_counts_as_lag_meanwhile()
    {
        using var bench = new CacheBench { Options = new() { DecisionsPerTransaction = 1_000 } };
        bench.Pay(1).Start();
        CacheBench.Until(() => bench.Projection.State is ProjectionState.Following);

        bench.Pay(3);
        Assert.Equal(3, bench.Projection.Lag);
        bench.Clock.Advance(bench.Options.ApplyInterval);

        CacheBench.Until(() => bench.Projection.Lag == 0);
    }

    [Fact]
    public void Standings_are_written_again_after_their_interval()
    {
        using var bench = new CacheBench().Pay(1).Start().CatchUp();
        var before = bench.Projection.Leases(100);
        bench.Pay(4).CatchUp();
        Assert.Equal(before, bench.Projection.Leases(100));

        bench.Clock.Advance(bench.Options.StandingsInterval);

        CacheBench.Until(() => bench.Projection.Leases(100) is { } now && !now.SequenceEqual(before!));
        bench.AssertIsTheFold();
    }

    [Fact]
    public void A_payment_is_found_by_its_place_and_an_unknown_one_is_not()
    {
        using var bench = new CacheBench().Pay(3).Start().CatchUp();
        var newest = bench.Projection.Decisions(0, long.MaxValue, 1)!.Single();
        (long, int)? PlaceOf(PaymentId id) => id == newest.Payment ? (newest.Lsn, newest.Leaf) : null;

        Assert.Equal(newest, bench.Projection.Payment(newest.Payment, PlaceOf));
        Assert.Null(bench.Projection.Payment(new(1), PlaceOf));
    }

    [Fact]
    public void A_range_of_frames_is_answered_newest_first_and_up_to_the_limit()
    {
        using var bench = new CacheBench().Pay(10).Start().CatchUp();
        var end = bench.Journal.EndLsn;

        var rows = bench.Projection.Decisions(end - 3, end - 1, 2)!;

        Assert.Equal([end - 1, end - 2], rows.Select(row => row.Lsn));
    }

    [Fact]
    public void Only_the_newest_decisions_are_kept()
    {
        using var bench = new CacheBench
        {
            Options = new() { DecisionsPerTransaction = 16, Window = 40, TrimStep = 5 },
        };
        bench.Pay(70).Start().CatchUp();

        var rows = bench.Projection.Decisions(0, long.MaxValue, 1_000)!;

        Assert.InRange(rows.Count, 40, 44);
        Assert.Equal(bench.Journal.EndLsn, rows[0].Lsn);
        Assert.Equal(rows.Count, (int)(rows[0].Lsn - rows[^1].Lsn) + 1);
    }

    [Fact]
    public void Further_behind_than_it_reaches_back_it_is_made_again_from_the_newest()
    {
        using var bench = new CacheBench { Options = new() { Window = 10, TrimStep = 1 } };
        bench.Pay(2).Start().CatchUp().Stop();
        var pair = bench.State!.Pair;

        bench.Pay(30).Start().CatchUp();

        Assert.NotEqual(pair, bench.State!.Pair);
        Assert.Equal(10, bench.Projection.Decisions(0, long.MaxValue, 100)!.Count);
    }

    [Fact]
    public void After_a_clean_close_the_same_files_go_on()
    {
        using var bench = new CacheBench().Pay(20).Start().CatchUp().Stop();
        var state = bench.State!;
        Assert.True(state.Closed);
        Assert.Equal(bench.Journal.EndLsn, state.AppliedLsn);

        bench.BootId = Guid.NewGuid();   // A reboot in between is no matter.
        bench.Pay(7).Start().CatchUp();

        Assert.Equal(state.Pair, bench.State!.Pair);
        Assert.False(bench.State.Closed);
        bench.AssertIsTheFold();
    }

    [Fact]
    public void A_killed_process_leaves_files_that_go_on_within_the_same_boot()
    {
        using var bench = new CacheBench().Pay(20).Start().CatchUp();
        var (image, pair) = (bench.ImageWithDecisions(20), bench.State!.Pair);
        bench.Stop().Disk = image;

        bench.Pay(7).Start().CatchUp();

        Assert.Equal(pair, bench.State!.Pair);
        bench.AssertIsTheFold();
    }

    [Fact]
    public void After_a_power_cut_it_is_made_again()
    {
        using var bench = new CacheBench().Pay(20).Start().CatchUp();
        var (image, pair) = (bench.Image(), bench.State!.Pair);
        bench.Stop().Disk = image;
        bench.BootId = Guid.NewGuid();

        bench.Start().CatchUp();

        Assert.NotEqual(pair, bench.State!.Pair);
        bench.AssertIsTheFold();
    }

    [Fact]
    public void A_cache_ahead_of_the_journal_tells_of_lost_frames_and_is_made_again()
    {
        using var bench = new CacheBench().Pay(20).Start().CatchUp().Stop();
        var end = bench.Journal.EndLsn;
        using var shorter = Journal.Open(
            new SimulatedDisk(), "/other", new() { SegmentSize = 1 << 16, Background = work => work() },
            EdgeBench.Edge, 1);
        foreach (var entry in bench.Journal.ReadFrom(1).SkipLast(3))
            shorter.Append(entry.Kind, entry.Incarnation, entry.Payload);

        bench.Start(shorter);

        CacheBench.Until(() => bench.Projection.State is ProjectionState.Following);
        Assert.Equal([end], bench.LostLsns);
        Assert.Equal(end - 3, bench.Projection.AppliedLsn);
    }

    [Fact]
    public void The_version_of_LiteDB_whose_traps_are_known_is_the_one_in_use() =>
        Assert.Equal(new Version(5, 0, 20, 0), typeof(LiteDB.LiteDatabase).Assembly.GetName().Version);
}
