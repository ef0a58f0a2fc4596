using LiteDB;
using LiteDB.Engine;
using MqttPay.EdgeAgent.Cache;
using Xunit;

namespace MqttPay.UnitTests.EdgeAgent.Cache;

/// <summary>Whatever happens to LiteDB's files, payments go on and the cache ends as the fold of the journal.</summary>
public sealed class DoubtfulCacheTests
{
    private const string Content = "/data/cache/edge.db";
    private const string Log = "/data/cache/edge-log.db";
    private const string State = "/data/cache/state";

    [Theory]
    [InlineData(State, 20)]
    [InlineData(State, 63)]
    [InlineData(Content, 40)]
    [InlineData(Content, 59)]
    [InlineData(Content, 60)]
    public void A_changed_byte_leads_to_a_rebuild(string path, int offset)
    {
        using var bench = new CacheBench().Pay(20).Start().CatchUp().Stop();
        var (pair, bytes) = (bench.State!.Pair, bench.Disk[path]);
        bytes[offset] ^= 0x55;
        bench.Disk[path] = bytes;

        bench.Start().Recover();

        Assert.NotEqual(pair, bench.State!.Pair);
        bench.AssertIsTheFold();
    }

    [Theory]
    [InlineData(State)]
    [InlineData(Content)]
    [InlineData(Log)]
    public void A_missing_file_leads_to_a_rebuild(string path)
    {
        using var bench = new CacheBench().Pay(20).Start().CatchUp().Stop();
        var pair = bench.State!.Pair;
        bench.Disk.Remove(path);

        bench.Start().CatchUp();

        Assert.NotEqual(pair, bench.State!.Pair);
        bench.AssertIsTheFold();
    }

    [Fact]
    public void A_killed_cache_that_holds_another_amount_is_made_again()
    {
        using var bench = new CacheBench().Pay(20).Start().CatchUp();
        var (image, pair) = (bench.ImageWithDecisions(20), bench.State!.Pair);
        bench.Stop().Disk = image;
        Change(bench, row => row["am"] = row["am"].AsInt64 + 1);

        bench.Start().CatchUp();

        Assert.NotEqual(pair, bench.State!.Pair);
        bench.AssertIsTheFold();
    }

    [Fact]
    public void A_killed_cache_with_a_decision_in_another_place_is_made_again()
    {
        using var bench = new CacheBench().Pay(20).Start().CatchUp();
        var (image, pair) = (bench.ImageWithDecisions(20), bench.State!.Pair);
        bench.Stop().Disk = image;
        Change(bench, row => row["_id"] = row["_id"].AsInt64 + 1);

        bench.Start().CatchUp();

        Assert.NotEqual(pair, bench.State!.Pair);
        bench.AssertIsTheFold();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(14)]
    [InlineData(20)]
    [InlineData(30)]
    [InlineData(45)]
    public void A_failing_step_of_the_disk_leads_to_a_rebuild_after_a_minute(int step)
    {
        using var bench = new CacheBench();
        bench.Disk.FailAt = step;
        bench.Pay(60).Start();
        CacheBench.Until(() =>
        {
            bench.Projection.Hurry();   // A write that failed in LiteDB's background is found at the next turn.
            return bench.Projection.State is ProjectionState.Failed;
        });
        GC.Collect();
        GC.WaitForPendingFinalizers();   // LiteDB's throw where pages are half written: this process would end here.

        bench.Clock.Advance(bench.Options.RebuildGap);

        bench.CatchUp().AssertIsTheFold();
    }

    [Fact]
    public void Within_a_minute_of_a_failure_nothing_is_tried_again()
    {
        using var bench = new CacheBench();
        bench.Disk.FailAt = 9;
        bench.Pay(60).Start();
        CacheBench.Until(() => bench.Projection.State is ProjectionState.Failed);
        var steps = bench.Disk.Steps;

        bench.Projection.Hurry();
        bench.Clock.Advance(bench.Options.RebuildGap - TimeSpan.FromMilliseconds(1));

        Assert.Equal(steps, bench.Disk.Steps);
        Assert.Null(bench.Projection.Decisions(0, long.MaxValue, 10));
    }

    [Fact]
    public void Three_failures_within_an_hour_turn_it_off_and_nobody_else_notices()
    {
        using var bench = new CacheBench();
        (bench.Disk.FailAt, bench.Disk.FailsFromThen) = (9, true);
        bench.Pay(20).Start();

        for (var failure = 1; failure < 3; failure++)
        {
            CacheBench.Until(() => bench.Projection.Failures == failure);
            bench.Clock.Advance(bench.Options.RebuildGap);
        }

        CacheBench.Until(() => bench.Projection.State is ProjectionState.Off);
        bench.Pay(5);
        Assert.Null(bench.Projection.Leases(10));
    }

    [Fact]
    public void A_close_that_fails_leaves_the_state_open()
    {
        using var bench = new CacheBench().Pay(20).Start().CatchUp();
        (bench.Disk.FailAt, bench.Disk.FailsFromThen) = (bench.Disk.Steps + 1, true);

        bench.Stop();

        Assert.False(new CacheFiles(bench.Image(), CacheBench.Data).ReadState()!.Closed);
    }

    [Fact]
    public void A_state_is_believed_only_as_it_was_written()
    {
        var state = new CacheState(Guid.NewGuid(), 1, new(40213, 2, Guid.NewGuid()), Closed: true, 77);
        var bytes = state.Encode();

        Assert.Equal(state, CacheState.Decode(bytes));
        Assert.Null(CacheState.Decode(bytes.AsSpan(0, bytes.Length - 1)));
        for (var i = 0; i < bytes.Length * 8; i++)
        {
            byte[] flipped = [.. bytes];
            flipped[i / 8] ^= (byte)(1 << (i % 8));
            Assert.Null(CacheState.Decode(flipped));
        }
    }

    [Fact]
    public void A_state_of_another_schema_edge_fence_or_boot_is_not_opened()
    {
        var now = new CacheIdentity(1, 2, Guid.NewGuid());
        var state = new CacheState(Guid.NewGuid(), CacheState.SchemaVersion, now, Closed: false, 0);

        Assert.True(state.MayReopen(now));
        Assert.True((state with { Closed = true }).MayReopen(now with { BootId = Guid.NewGuid() }));
        Assert.False(state.MayReopen(now with { BootId = Guid.NewGuid() }));
        Assert.False((state with { Closed = true }).MayReopen(now with { Fence = 3 }));
        Assert.False((state with { Closed = true }).MayReopen(now with { Edge = 2 }));
        Assert.False((state with { Closed = true, Schema = CacheState.SchemaVersion + 1 }).MayReopen(now));
    }

    [Fact]
    public void A_stream_remembers_its_first_failure_and_a_flush_syncs_nothing()
    {
        var disk = new Storage.SimulatedDisk();
        using var stream = new ProjectionStream(disk.Create("/a", 0));
        stream.Write([1, 2, 3]);
        var steps = disk.Steps;
        stream.Flush();
        Assert.Equal(steps, disk.Steps);
        Assert.Null(stream.Fault);

        disk.FailAt = disk.Steps + 1;
        var first = Assert.Throws<IOException>(() => stream.Write([4]));
        stream.Write([4]);

        Assert.Same(first, stream.Fault);
    }

    /// <summary>Changes one decision behind the cache's back.</summary>
    private static void Change(CacheBench bench, Action<BsonDocument> change)
    {
        var (content, log) = new CacheFiles(bench.Disk, CacheBench.Data).Open();
        using (var database = new LiteDatabase(
            new LiteEngine(
                new EngineSettings { DataStream = content, LogStream = log, TempStream = new MemoryStream() })))
        {
            var decisions = database.GetCollection("decision");
            var row = decisions.FindAll().Skip(7).First();
            decisions.Delete(row["_id"]);
            change(row);
            decisions.Insert(row);
        }

        content.Dispose();
        log.Dispose();
    }
}
