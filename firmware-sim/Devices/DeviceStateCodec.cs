using System.Text;
using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>The bytes of a device's state, as they lie in one slot of its file.</summary>
internal static class DeviceStateCodec
{
    private const byte Version = 1;

    public static byte[] Encode(DeviceState state)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory, Encoding.UTF8);
        writer.Write(Version);
        writer.Write(state.Epoch);
        writer.Write(state.LastSequence);
        writer.Write((ulong)(state.Previous >> 64));
        writer.Write((ulong)(state.Previous & ulong.MaxValue));
        writer.Write(state.HeldSequence);
        writer.Write(state.Stopped);
        writer.Write(state.Receipt is not null);
        if (state.Receipt is { } receipt)
        {
            writer.Write(receipt.Edge);
            writer.Write(receipt.Fence);
            writer.Write(receipt.Round);
            writer.Write(receipt.Witness);
        }

        WriteBytes(writer, state.Config ?? []);
        WriteBytes(writer, state.Open?.Message ?? []);
        if (state.Open is { } open)
        {
            writer.Write(open.Sequence);
            writer.Write((byte)open.Operation);
            writer.Write((byte)open.Flags);
            writer.Write(open.AmountMinor);
            writer.Write(open.Reference);
        }

        writer.Flush();
        return memory.ToArray();
    }

    /// <summary>Reads what <see cref="Encode"/> wrote; the slot's checksum has been compared before.</summary>
    public static DeviceState Decode(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        var version = reader.ReadByte();
        if (version != Version) throw new InvalidDataException($"The state file has version {version}, not {Version}.");
        var state = new DeviceState
        {
            Epoch = reader.ReadUInt32(),
            LastSequence = reader.ReadInt64(),
            Previous = new UInt128(reader.ReadUInt64(), reader.ReadUInt64()),
            HeldSequence = reader.ReadInt64(),
            Stopped = reader.ReadBoolean(),
            Receipt = reader.ReadBoolean()
                ? new(reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadInt64(), reader.ReadUInt64())
                : null,
        };
        var config = ReadBytes(reader);
        var message = ReadBytes(reader);
        return state with
        {
            Config = config.Length == 0 ? null : config,
            Open = message.Length == 0 ? null : ReadOpen(reader, message),
        };
    }

    private static OpenRequest ReadOpen(BinaryReader reader, byte[] message) =>
        new(reader.ReadInt64(), (Operation)reader.ReadByte(), (RequestFlags)reader.ReadByte(), reader.ReadInt64(),
            reader.ReadInt64(), message);

    private static void WriteBytes(BinaryWriter writer, byte[] bytes)
    {
        writer.Write((ushort)bytes.Length);
        writer.Write(bytes);
    }

    private static byte[] ReadBytes(BinaryReader reader) => reader.ReadBytes(reader.ReadUInt16());
}
