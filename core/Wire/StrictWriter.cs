using System.Buffers.Binary;
using System.Text;
using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>Writes deterministic CBOR: shortest heads, definite lengths. Order and range are the caller's.</summary>
internal sealed class StrictWriter(int capacity = 256)
{
    private byte[] buffer = new byte[capacity];
    private int length;

    public byte[] ToArray() => buffer.AsSpan(0, length).ToArray();

    public StrictWriter Array(int count) => Head(4, (ulong)count);

    public StrictWriter Map(int count) => Head(5, (ulong)count);

    public StrictWriter Tag(int tag) => Head(6, (ulong)tag);

    public StrictWriter Unsigned(long value) => Head(0, (ulong)value);

    public StrictWriter Boolean(bool value) => Raw([value ? (byte)0xf5 : (byte)0xf4]);

    public StrictWriter Bytes(ReadOnlySpan<byte> value) => Head(2, (ulong)value.Length).Raw(value);

    public StrictWriter Text(string value)
    {
        Invariant.Holds(Ascii.IsValid(value));
        return Head(3, (ulong)value.Length).Raw(Encoding.ASCII.GetBytes(value));
    }

    public StrictWriter Bytes8(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return Bytes(bytes);
    }

    public StrictWriter Bytes16(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return Bytes(bytes);
    }

    public StrictWriter Hash(Hash value)
    {
        Span<byte> bytes = stackalloc byte[Payments.Hash.Size];
        value.Write(bytes);
        return Bytes(bytes);
    }

    public StrictWriter Receipt(LastReceipt receipt) =>
        Array(4).Unsigned(receipt.Edge).Unsigned(receipt.Fence).Unsigned(receipt.Round).Bytes8(receipt.Witness);

    /// <summary>Writes what is CBOR already.</summary>
    public StrictWriter Raw(ReadOnlySpan<byte> encoded)
    {
        if (buffer.Length - length < encoded.Length)
            System.Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + encoded.Length));
        encoded.CopyTo(buffer.AsSpan(length));
        length += encoded.Length;
        return this;
    }

    private StrictWriter Head(int type, ulong value)
    {
        Span<byte> head = stackalloc byte[9];
        return Raw(head[..WriteHead(head, type, value)]);
    }

    /// <summary>Writes one head into a span and tells its length.</summary>
    public static int WriteHead(Span<byte> target, int type, ulong value)
    {
        var first = (byte)(type << 5);
        switch (value)
        {
            case < 24:
                target[0] = (byte)(first | (byte)value);
                return 1;
            case <= byte.MaxValue:
                (target[0], target[1]) = ((byte)(first | 24), (byte)value);
                return 2;
            case <= ushort.MaxValue:
                target[0] = (byte)(first | 25);
                BinaryPrimitives.WriteUInt16BigEndian(target[1..], (ushort)value);
                return 3;
            case <= uint.MaxValue:
                target[0] = (byte)(first | 26);
                BinaryPrimitives.WriteUInt32BigEndian(target[1..], (uint)value);
                return 5;
            default:
                target[0] = (byte)(first | 27);
                BinaryPrimitives.WriteUInt64BigEndian(target[1..], value);
                return 9;
        }
    }
}
