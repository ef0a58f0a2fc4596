using MqttPay.Host.Signatures;
using MqttPay.UnitTests.EdgeAgent.Storage;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.EdgeAgent.Rounds;

/// <summary>New payments are put off before a write can fail; what is known is answered.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const string PutOff = "QuotaExceeded, hint TempError";

    private readonly SigningKey device = SigningKey.Create(SignatureAlgorithm.EdDsa);
    private readonly LoopBench.CloudDocumentsOf cloud = new();

    public void Dispose()
    {
        device.Dispose();
        cloud.Dispose();
    }

    [Fact]
    public void A_disk_that_fills_up_ends_no_process_and_goes_on_when_there_is_room()
    {
        var disk = new SimulatedDisk { Room = 3 << 16 };   // Three segments.
        disk.CreateFolder(LoopBench.Data);
        using var bench = new LoopBench(disk, device, cloud);
        var first = bench.Sign(bench.Sale(1));
        Assert.StartsWith("Accepted, final", bench.Send(first), StringComparison.Ordinal);

        var (sequence, previous, heard) = (1L, LoopBench.DigestOf(first), "");
        byte[] message = [];
        while (sequence < 3_000 && heard != PutOff)
        {
            message = bench.Sign(bench.Sale(++sequence, previous: previous));
            heard = bench.Send(message);
            if (heard != PutOff) previous = LoopBench.DigestOf(message);
        }

        Assert.Equal(PutOff, heard);
        Assert.InRange(sequence, 100, 2_999);
        Assert.Null(bench.Failure);
        Assert.StartsWith("Accepted, final", bench.Send(first), StringComparison.Ordinal);   // The stored reply.

        disk.Room = 2 << 16;
        bench.Room.Measure(long.MaxValue);
        Assert.StartsWith("Accepted, final", bench.Send(message), StringComparison.Ordinal);   // The same bytes.
        Assert.Null(bench.Failure);
    }

    [Fact]
    public void Below_the_floor_new_payments_wait_until_there_is_a_little_more_than_the_floor()
    {
        var disk = new SimulatedDisk();
        disk.CreateFolder(LoopBench.Data);
        using var bench = new LoopBench(disk, device, cloud, floorBytes: 1_000);
        var first = bench.Sign(bench.Sale(1));
        bench.Send(first);
        var second = bench.Sign(bench.Sale(2, previous: LoopBench.DigestOf(first)));

        Assert.True(bench.Room.Measure(999));
        Assert.Equal(PutOff, bench.Send(second));
        Assert.False(bench.Room.Measure(1_049));
        Assert.StartsWith("QuotaExceeded", bench.Send(second), StringComparison.Ordinal);
        Assert.StartsWith("Accepted, final", bench.Send(first), StringComparison.Ordinal);

        Assert.True(bench.Room.Measure(1_050));
        Assert.StartsWith("Accepted, final", bench.Send(second), StringComparison.Ordinal);
    }
}
