using MqttPay.Host.Cli;
using MqttPay.Payments;
using MqttPay.UnitTests.EdgeAgent.Storage;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.EdgeAgent.Fences;

/// <summary>An order is taken whole or not at all, and only when it is the cloud's, for this edge, and newer.</summary>
public sealed class FenceOrdersTests : IDisposable
{
    private static readonly Hash Root = Hash.Of([7]);

    private readonly FenceBench bench = new();

    public FenceOrdersTests() => bench.Disk = NewDisk(0);

    public void Dispose() => bench.Dispose();

    [Fact]
    public void Without_orders_there_is_none()
    {
        Assert.Empty(bench.Orders.Load(settle: true));
    }

    [Fact]
    public void An_order_is_kept_and_read_in_the_order_of_fences()
    {
        Assert.Equal(3u, bench.Orders.Take(bench.Order(3, 90, Root), 1)!.Fence);
        Assert.Equal(11u, bench.Orders.Take(bench.Order(11, 95, Root), 3)!.Fence);

        Assert.Equal(
            [(3u, 90L), (11u, 95L)], bench.Orders.Load(settle: true).Select(order => (order.Fence, order.Round)));
    }

    [Fact]
    public void Replayed_older_foreign_forged_and_other_documents_are_refused()
    {
        var order = bench.Order(2, 90, Root);
        using var other = new FenceBench();
        byte[] changed = [.. order];
        changed[^1] ^= 1;

        Assert.Null(bench.Orders.Take(order, 2));
        Assert.Null(bench.Orders.Take(order, 3));
        Assert.Null(bench.Orders.Take(bench.Order(2, 90, Root, edge: 7), 1));
        Assert.Null(bench.Orders.Take(bench.Order(2, 90, Root, kind: MessageKind.Ack), 1));
        Assert.Null(bench.Orders.Take(other.Order(2, 90, Root), 1));
        Assert.Null(bench.Orders.Take(changed, 1));
        Assert.Null(bench.Orders.Take([], 1));
        Assert.Empty(bench.Orders.Load(settle: true));
    }

    [Theory]
    [InlineData("/data/fences/2.cose", true)]    // Another fence's order under this name.
    [InlineData("/data/fences/3.cose", false)]   // Changed.
    public void A_file_that_is_no_order_stops_the_start(string path, bool whole)
    {
        bench.Orders.Take(bench.Order(3, 90, Root), 1);
        var bytes = bench.Disk["/data/fences/3.cose"];
        if (!whole) bytes[20] ^= 1;
        bench.Disk[path] = bytes;

        var refusal = Assert.Throws<VerbException>(() => bench.Orders.Load(settle: true));

        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CrashMode.Kill)]
    [InlineData(CrashMode.Strict)]
    [InlineData(CrashMode.Prefix)]
    [InlineData(CrashMode.Torn)]
    [InlineData(CrashMode.Reorder)]
    public void A_crash_at_any_step_leaves_the_old_fence_or_the_new_one_and_what_was_seen_stays(CrashMode mode)
    {
        var order = bench.Order(2, 90, Root);
        var (none, taken, step) = (0, 0, 0);
        for (var finished = false; !finished; )
        {
            bench.Disk = NewDisk(++step);
            (bench.Disk.FailAt, bench.Disk.FailsFromThen) = (bench.Disk.Steps + step, true);
            bench.Disk.ShortWrites = true;
            try
            {
                bench.Orders.Take(order, 1);
                finished = true;
            }
            catch (IOException)
            {
                // The process dies here.
            }

            (bench.Disk.FailsFromThen, bench.Disk.ShortWrites) = (false, false);
            bench.Disk.Crash(mode);
            var seen = bench.Orders.Load(settle: true).Select(each => each.Fence).ToArray();
            Assert.True(seen is [] or [2], string.Join(",", seen));
            if (finished) Assert.Equal([2u], seen);   // It was told as taken.
            if (seen is []) none++;
            else taken++;

            bench.Disk.Crash(CrashMode.Strict);   // The edge acted on what it saw: that must not change any more.
            Assert.Equal(seen, bench.Orders.Load(settle: true).Select(each => each.Fence));

            Assert.NotNull(bench.Orders.Take(order, 1));   // What is left behind is in nobody's way.
            Assert.Equal([2u], bench.Orders.Load(settle: true).Select(each => each.Fence));
        }

        Assert.True(none > 2 && taken > 0, $"{none} before, {taken} after");
    }

    private static SimulatedDisk NewDisk(int seed)
    {
        var disk = new SimulatedDisk(seed);
        disk.CreateFolder(FenceBench.Data);
        return disk;
    }
}
