using System.Buffers.Binary;
using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>
/// A device's memory: two slots written in turn, as in the flash of a small controller, so that a power cut in the
/// middle of a write leaves the other slot. A slot is: counter, length, bytes, SHA-256 over all of it.
/// </summary>
internal sealed class StateFile : IDisposable
{
    public const int SlotSize = 1_024;

    private const int HeadSize = 12;
    private readonly Microsoft.Win32.SafeHandles.SafeFileHandle file;
    private ulong counter;

    private StateFile(Microsoft.Win32.SafeHandles.SafeFileHandle file) => this.file = file;

    public DeviceState State { get; private set; } = new();

    public static StateFile Open(string path)
    {
        var opened = new StateFile(
            File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, FileOptions.None));
        var slots = new byte[2 * SlotSize];
        _ = RandomAccess.Read(opened.file, slots, 0);
        opened.Take(slots.AsSpan(0, SlotSize));
        opened.Take(slots.AsSpan(SlotSize));
        return opened;
    }

    /// <summary>
    /// Returns once the state is on disk. Until then nothing that depends on it may leave the device.
    /// </summary>
    public void Write(DeviceState state)
    {
        var bytes = DeviceStateCodec.Encode(state);
        var slot = new byte[SlotSize];
        BinaryPrimitives.WriteUInt64BigEndian(slot, counter + 1);
        BinaryPrimitives.WriteInt32BigEndian(slot.AsSpan(8), bytes.Length);
        bytes.CopyTo(slot.AsSpan(HeadSize));
        Hash.Of(slot.AsSpan(0, HeadSize + bytes.Length)).Write(slot.AsSpan(HeadSize + bytes.Length));
        RandomAccess.Write(file, slot, (long)((counter + 1) % 2) * SlotSize);
        RandomAccess.FlushToDisk(file);
        counter++;
        State = state;
    }

    public void Dispose() => file.Dispose();

    private void Take(ReadOnlySpan<byte> slot)
    {
        var written = BinaryPrimitives.ReadUInt64BigEndian(slot);
        var length = BinaryPrimitives.ReadInt32BigEndian(slot[8..]);
        if (written <= counter || length <= 0 || length > SlotSize - HeadSize - Hash.Size) return;
        var end = HeadSize + length;
        if (Hash.Read(slot[end..]) != Hash.Of(slot[..end])) return;
        counter = written;
        State = DeviceStateCodec.Decode(slot[HeadSize..end].ToArray());
    }
}
