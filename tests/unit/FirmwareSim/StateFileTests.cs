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
        HeldSequence = 7,
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

        file.Write(Full with { Config = new byte[256], Open = Full.Open! with { Message = new byte[256] } });

        Assert.Equal(2 * StateFile.SlotSize, new FileInfo(Path).Length);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static void AssertSame(DeviceState expected, DeviceState actual)
    {
        Assert.Equal(DeviceStateCodec.Encode(expected), DeviceStateCodec.Encode(actual));
        Assert.Equal(expected.Receipt, actual.Receipt);
        Assert.Equal(expected.Previous, actual.Previous);
        Assert.Equal((expected.LastSequence, expected.HeldSequence, expected.Stopped),
            (actual.LastSequence, actual.HeldSequence, actual.Stopped));
    }
}
