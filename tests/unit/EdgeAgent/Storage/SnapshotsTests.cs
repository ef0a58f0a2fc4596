using MqttPay.EdgeAgent.Storage;
using Xunit;
using static MqttPay.UnitTests.EdgeAgent.Storage.JournalUnderTest;

namespace MqttPay.UnitTests.EdgeAgent.Storage;

public sealed class SnapshotsTests
{
    [Fact]
    public void Without_a_snapshot_there_is_none_and_nothing_may_retire()
    {
        var snapshots = OpenOn(new SimulatedDisk());

        Assert.Null(snapshots.LoadNewestValid());
        Assert.Equal(0, snapshots.CoveredByAll);
    }

    [Fact]
    public void The_two_newest_are_kept_and_the_newest_is_loaded()
    {
        var disk = new SimulatedDisk();
        var snapshots = OpenOn(disk);
        foreach (var lsn in new long[] { 10, 20, 30 })
            snapshots.Save(Taken(lsn));

        Assert.Equal(20, snapshots.CoveredByAll);
        Assert.Equal(["/data/snapshots/3-20.snap", "/data/snapshots/3-30.snap"], disk.Paths);
        Assert.Equal(Taken(30).Body, OpenOn(disk).LoadNewestValid()!.Body);
    }

    [Fact]
    public void A_flipped_bit_anywhere_makes_the_older_one_count()
    {
        var whole = new SimulatedDisk();
        var snapshots = OpenOn(whole);
        snapshots.Save(Taken(10));
        snapshots.Save(Taken(20));
        var bytes = whole["/data/snapshots/3-20.snap"];
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            whole["/data/snapshots/3-20.snap"] = bytes;
            bytes[bit / 8] ^= (byte)(1 << bit % 8);

            var loaded = OpenOn(whole);

            Assert.Equal([10L], loaded.Valid);
            Assert.Equal(0, loaded.CoveredByAll);
        }
    }

    [Fact]
    public void One_of_another_name_edge_or_fence_does_not_count()
    {
        var disk = new SimulatedDisk();
        OpenOn(disk).Save(Taken(10));
        disk["/data/snapshots/3-11.snap"] = disk["/data/snapshots/3-10.snap"];
        disk["/data/snapshots/4-10.snap"] = disk["/data/snapshots/3-10.snap"];

        Assert.Equal([10L], OpenOn(disk).Valid);
        Assert.Empty(Snapshots.Open(disk, Data, Edge + 1, Fence).Valid);
        Assert.Empty(Snapshots.Open(disk, Data, Edge, Fence + 1).Valid);
    }

    [Theory]
    [InlineData(CrashMode.Kill)]
    [InlineData(CrashMode.Strict)]
    [InlineData(CrashMode.Prefix)]
    [InlineData(CrashMode.Torn)]
    [InlineData(CrashMode.Reorder)]
    public void A_failure_of_any_step_leaves_every_snapshot_that_counted_among_the_two_newest(CrashMode mode)
    {
        var failures = 0;
        for (var step = 1; ; step++)
        {
            var disk = new SimulatedDisk(step);
            var counted = 0L;
            OpenOn(disk).Save(Taken(10));
            disk.FailAt = disk.Steps + step;
            if (Save(disk, lsn => counted = lsn)) break;

            failures++;
            disk.Crash(mode);
            var again = OpenOn(disk);
            Assert.InRange(again.LoadNewestValid()!.Lsn, Math.Max(10, counted), 40);
            Assert.Equal(Taken(again.Valid[0]).Body, again.LoadNewestValid()!.Body);
            again.Save(Taken(50));
            Assert.Equal(50, again.LoadNewestValid()!.Lsn);
        }

        Assert.InRange(failures, 20, 100);
    }

    private static bool Save(SimulatedDisk disk, Action<long> counted)
    {
        try
        {
            var snapshots = OpenOn(disk);
            foreach (var lsn in new long[] { 20, 30, 40 })
            {
                snapshots.Save(Taken(lsn));
                counted(lsn);
            }

            // An unreadable old one is passed over without an exception.
            return snapshots.Valid[0] == 40 && disk.Steps < disk.FailAt;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static Snapshots OpenOn(SimulatedDisk disk) => Snapshots.Open(disk, Data, Edge, Fence);

    private static Snapshot Taken(long lsn) => new(lsn, Payload(lsn, size: 100));
}
