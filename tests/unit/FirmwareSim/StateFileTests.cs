using MqttPay.FirmwareSim.Devices;
using MqttPay.Payments;
using Xunit;

namespace MqttPay.UnitTests.FirmwareSim;

public sealed class StateFileTests : IDisposable
{
    private static readonly DeviceState Full = new()
    {
        Epoch = 2,
        LastSequence = 9,
        Previous = UInt128.MaxValue - 5,
        Open = new(9, Operation.Void, RequestFlags.None, 0, 7, [1, 2, 3]),
        Receipt = new(40_213, 3, 77, ulong.MaxValue),
        Config = [4, 5],
        Held = new(7, ByAuth: true, 500, Tick: 3, ClaimedMinor: 120, Acknowledged: false, [6, 7, 8]),
        Doubts = [new(40_214, 5), new(40_215, 6)],
        Noted = [new(new(UInt128.MaxValue - 9), 300), new(new(77), 301)],
        Stopped = true,
    };

    private readonly string folder = Directory.CreateTempSubdirectory("mqttpay-state-").FullName;

    private string Path => System.IO.Path.Combine(folder, "device.state");

    [Fact]
    public void What_was_written_is_read_after_a_start()
    {
        using (var file = StateFile.Open(Path)) file.Write(Full);

        using var again = StateFile.Open(Path);

        AssertSame(Full, again.State);
    }

    [Fact]
    public void A_new_file_holds_a_new_device()
    {
        using var file = StateFile.Open(Path);

        Assert.Equal(new DeviceState(), file.State);
    }

    /// <summary>
    /// A power cut in the middle of a write: the slot in work is torn, whichever it is; the other one counts.
    /// </summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_torn_write_leaves_the_state_before_it(int writes)
    {
        using (var file = StateFile.Open(Path))
            for (var write = 1; write <= writes; write++)
                file.Write(Full with { LastSequence = write });
        var bytes = File.ReadAllBytes(Path);
        var torn = writes % 2 * StateFile.SlotSize;
        bytes.AsSpan(torn + 40, 60).Clear();
        File.WriteAllBytes(Path, bytes);

        using var again = StateFile.Open(Path);

        Assert.Equal(writes - 1, again.State.LastSequence);
    }

    [Fact]
    public void The_largest_state_fits_a_slot()
    {
        using var file = StateFile.Open(Path);

        file.Write(Full with
        {
            Config = new byte[194],   // The largest of each by the wire page.
            Open = Full.Open! with { Message = new byte[202], Payment = new(1) },
            Held = Full.Held! with { Voucher = new byte[150] },
            Doubts = [.. Enumerable.Repeat(Full.Doubts[0], DeviceState.DoubtsMax)],
            Noted = [.. Enumerable.Repeat(Full.Noted[0], DeviceState.NotedMax)],
        });

        Assert.Equal(2 * StateFile.SlotSize, new FileInfo(Path).Length);
    }

    [Fact]
    public void A_payees_open_request_keeps_the_payment_that_it_is_about()
    {
        var state = Full with { Open = new(9, Operation.Refund, RequestFlags.None, 40, 0, [1]) { Payment = new(5) } };

        var read = DeviceStateCodec.Decode(DeviceStateCodec.Encode(state));

        Assert.Equal(new PaymentId(5), read.Open!.Payment);
        Assert.Equal(40, read.Open.AmountMinor);
    }

    [Fact]
    public void The_memory_of_an_older_firmware_is_read()
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        writer.Write((byte)1);
        writer.Write(2u);
        writer.Write(9L);
        writer.Write(0UL);
        writer.Write(1UL);
        writer.Write(7L);
        writer.Write(false);
        writer.Write(false);
        foreach (var bytes in new byte[][] { [0xaa], [0xbb, 0xcc] })
        {
            writer.Write((ushort)bytes.Length);
            writer.Write(bytes);
        }

        writer.Write(9L);
        writer.Write((byte)Operation.Void);
        writer.Write((byte)0);
        writer.Write(0L);
        writer.Write(7L);

        var read = DeviceStateCodec.Decode(memory.ToArray());

        Assert.Equal((2u, 9L, (UInt128)1), (read.Epoch, read.LastSequence, read.Previous));
        Assert.Equal(new HeldPayment(7, ByAuth: false, 0), read.Held);
        Assert.Equal((Operation.Void, 7L), (read.Open!.Operation, read.Open.Reference));
    }

    [Fact]
    public void The_memory_of_a_newer_firmware_is_refused() =>
        Assert.Throws<InvalidDataException>(() => DeviceStateCodec.Decode([3, .. new byte[200]]));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static void AssertSame(DeviceState expected, DeviceState actual)
    {
        Assert.Equal(DeviceStateCodec.Encode(expected), DeviceStateCodec.Encode(actual));
        Assert.Equal(expected.Receipt, actual.Receipt);
        Assert.Equal(expected.Previous, actual.Previous);
        Assert.Equal((expected.LastSequence, expected.Stopped), (actual.LastSequence, actual.Stopped));
        Assert.Equal(expected.Held! with { Voucher = null }, actual.Held! with { Voucher = null });
        Assert.Equal(expected.Held.Voucher, actual.Held.Voucher);
        Assert.Equal(expected.Doubts, actual.Doubts);
        Assert.Equal(expected.Noted, actual.Noted);
    }
}
