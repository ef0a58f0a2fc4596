using System.Text;
using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>
/// The bytes of a device's state, as they lie in one slot of its file. Version 1, which knew SALE and VOID alone, is
/// still read: a device that forgot its counter would need a new epoch.
/// </summary>
internal static class DeviceStateCodec
{
    private const byte FirstVersion = 1, Version = 2;

    public static byte[] Encode(DeviceState state)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory, Encoding.UTF8);
        writer.Write(Version);
        writer.Write(state.Epoch);
        writer.Write(state.LastSequence);
        WriteNumber(writer, state.Previous);
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
            WriteNumber(writer, open.Payment?.Value ?? 0);
        }

        WriteHeld(writer, state.Held);
        WriteLists(writer, state);
        writer.Flush();
        return memory.ToArray();
    }

    /// <summary>Reads what <see cref="Encode"/> wrote; the slot's checksum has been compared before.</summary>
    public static DeviceState Decode(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        var version = reader.ReadByte();
        if (version is not (FirstVersion or Version))
            throw new InvalidDataException($"The state file has version {version}, not {Version}.");
        var (epoch, last, previous) = (reader.ReadUInt32(), reader.ReadInt64(), ReadNumber(reader));
        var held = version == FirstVersion ? FirstHeld(reader.ReadInt64()) : null;
        var state = new DeviceState
        {
            Epoch = epoch,
            LastSequence = last,
            Previous = previous,
            Stopped = reader.ReadBoolean(),
            Receipt = reader.ReadBoolean()
                ? new(reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadInt64(), reader.ReadUInt64())
                : null,
        };
        var config = ReadBytes(reader);
        var message = ReadBytes(reader);
        state = state with
        {
            Config = config.Length == 0 ? null : config,
            Open = message.Length == 0 ? null : ReadOpen(reader, message, version),
            Held = held,
        };
        return version == FirstVersion ? state : state with
        {
            Held = ReadHeld(reader),
            Doubts = [.. Enumerable.Range(0, reader.ReadByte())
                .Select(_ => new Doubt(reader.ReadUInt32(), reader.ReadInt64()))],
            Noted = [.. Enumerable.Range(0, reader.ReadByte())
                .Select(_ => new NotedHold(new(ReadNumber(reader)), reader.ReadInt64()))],
        };
    }

    private static HeldPayment? FirstHeld(long sequence) => sequence == 0 ? null : new(sequence, ByAuth: false, 0);

    private static OpenRequest ReadOpen(BinaryReader reader, byte[] message, byte version)
    {
        var open = new OpenRequest(
            reader.ReadInt64(), (Operation)reader.ReadByte(), (RequestFlags)reader.ReadByte(), reader.ReadInt64(),
            reader.ReadInt64(), message);
        var payment = version == FirstVersion ? 0 : ReadNumber(reader);
        return payment == 0 ? open : open with { Payment = new(payment) };
    }

    private static void WriteHeld(BinaryWriter writer, HeldPayment? held)
    {
        writer.Write(held?.Sequence ?? 0);
        if (held is null) return;
        writer.Write(held.ByAuth);
        writer.Write(held.AmountMinor);
        writer.Write(held.Tick);
        writer.Write(held.ClaimedMinor);
        writer.Write(held.Acknowledged);
        WriteBytes(writer, held.Voucher ?? []);
    }

    private static HeldPayment? ReadHeld(BinaryReader reader)
    {
        var sequence = reader.ReadInt64();
        if (sequence == 0) return null;
        var held = new HeldPayment(
            sequence, reader.ReadBoolean(), reader.ReadInt64(), reader.ReadUInt32(), reader.ReadInt64(),
            reader.ReadBoolean());
        var voucher = ReadBytes(reader);
        return voucher.Length == 0 ? held : held with { Voucher = voucher };
    }

    private static void WriteLists(BinaryWriter writer, DeviceState state)
    {
        writer.Write((byte)state.Doubts.Count);
        foreach (var doubt in state.Doubts)
        {
            writer.Write(doubt.Edge);
            writer.Write(doubt.Sequence);
        }

        writer.Write((byte)state.Noted.Count);
        foreach (var hold in state.Noted)
        {
            WriteNumber(writer, hold.Payment.Value);
            writer.Write(hold.AmountMinor);
        }
    }

    private static void WriteNumber(BinaryWriter writer, UInt128 number)
    {
        writer.Write((ulong)(number >> 64));
        writer.Write((ulong)(number & ulong.MaxValue));
    }

    private static UInt128 ReadNumber(BinaryReader reader) => new(reader.ReadUInt64(), reader.ReadUInt64());

    private static void WriteBytes(BinaryWriter writer, byte[] bytes)
    {
        writer.Write((ushort)bytes.Length);
        writer.Write(bytes);
    }

    private static byte[] ReadBytes(BinaryReader reader) => reader.ReadBytes(reader.ReadUInt16());
}
