using System.Buffers.Binary;
using System.Text;
using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>
/// Reads deterministic CBOR from a span: shortest heads, definite lengths, nothing else. It allocates nothing and never
/// throws: the first fault is kept with its offset, and every later read gives a default.
/// </summary>
internal ref struct StrictReader(ReadOnlySpan<byte> bytes)
{
    private const int UnsignedType = 0, NegativeType = 1, BytesType = 2, TextType = 3, ArrayType = 4, MapType = 5,
        TagType = 6, SimpleType = 7;

    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int itemStart;
    private MapState map;

    public StrictReader(ReadOnlySpan<byte> bytes, int position) : this(bytes) => Position = position;

    public int Position { get; private set; }

    public WireError Error { get; private set; }

    public int ErrorOffset { get; private set; }

    public readonly bool Ok => Error is WireError.None;

    public readonly bool AtEnd => Position >= bytes.Length;

    /// <summary>Keeps the first fault; always false, so that a reading function may end with it.</summary>
    public bool Fail(WireError error)
    {
        if (!Ok) return false;
        Error = error;
        ErrorOffset = itemStart;
        return false;
    }

    /// <summary>The verdict over all that was read: anything left over is a fault.</summary>
    public WireError End()
    {
        itemStart = Position;
        if (Ok && !AtEnd) Fail(WireError.TrailingBytes);
        return Error;
    }

    /// <summary>Reads one head of any type.</summary>
    public bool Head(out int type, out ulong value)
    {
        (type, value) = (0, 0);
        if (!Ok) return false;
        itemStart = Position;
        if (AtEnd) return Fail(WireError.Truncated);
        var first = bytes[Position];
        type = first >> 5;
        var info = first & 31;
        if (info is 31) return Fail(WireError.IndefiniteLength);
        if (info > 27) return Fail(WireError.ReservedInfo);
        if (info < 24)
        {
            value = (ulong)info;
            Position++;
            return true;
        }
        var size = 1 << (info - 24);
        if (bytes.Length - Position - 1 < size) return Fail(WireError.Truncated);
        value = Argument(bytes.Slice(Position + 1, size));
        var least = size is 1 ? 24UL : 1UL << (size * 4);
        // Type 7 holds floats, whose bits know no shortest form; its readers accept none of them anyway.
        if (value < least && type != SimpleType) return Fail(WireError.NotShortestForm);
        Position += 1 + size;
        return true;
    }

    public ulong Unsigned(ulong least, ulong most)
    {
        if (!Head(out var type, out var value)) return 0;
        if (type != UnsignedType) Fail(WireError.WrongType);
        else if (value < least || value > most) Fail(WireError.OutOfRange);
        return Ok ? value : 0;
    }

    /// <summary>1 to 2^32-1.</summary>
    public uint U32() => (uint)Unsigned(1, uint.MaxValue);

    /// <summary>0 to 2^32-1.</summary>
    public uint U32OrZero() => (uint)Unsigned(0, uint.MaxValue);

    /// <summary>1 to 2^63-1.</summary>
    public long U63() => (long)Unsigned(1, long.MaxValue);

    /// <summary>0 to 2^63-1.</summary>
    public long U63OrZero() => (long)Unsigned(0, long.MaxValue);

    public int Small(int least, int most) => (int)Unsigned((ulong)least, (ulong)most);

    /// <summary>An amount in minor units.</summary>
    public long Amount(long least) => (long)Unsigned((ulong)least, (ulong)WireLimits.AmountMinorMax);

    public int Currency() => Small(1, WireLimits.CurrencyMax);

    public bool Boolean()
    {
        if (!Head(out var type, out var value)) return false;
        if (type == SimpleType && value is 20 or 21 && bytes[Position - 1] is 0xf4 or 0xf5) return value is 21;
        return Fail(WireError.WrongType);
    }

    /// <summary>A byte string of a length in the given range.</summary>
    public ReadOnlySpan<byte> Bytes(int least, int most) => String(BytesType, least, most);

    public ReadOnlySpan<byte> Bytes(int size) => String(BytesType, size, size);

    /// <summary>Printable ASCII, so that no two encodings look alike.</summary>
    public string Text(int least, int most)
    {
        var text = String(TextType, least, most);
        if (Ok && text.ContainsAnyExceptInRange((byte)0x20, (byte)0x7e)) Fail(WireError.OutOfRange);
        return Ok ? Encoding.ASCII.GetString(text) : "";
    }

    public Hash Hash()
    {
        var hash = Bytes(Payments.Hash.Size);
        return Ok ? Payments.Hash.Read(hash) : default;
    }

    public UInt128 Bytes16()
    {
        var value = Bytes(16);
        return Ok ? BinaryPrimitives.ReadUInt128BigEndian(value) : default;
    }

    public ulong Bytes8()
    {
        var value = Bytes(8);
        return Ok ? BinaryPrimitives.ReadUInt64BigEndian(value) : default;
    }

    public KeyId Kid() => new(Bytes8());

    public LastReceipt Receipt()
    {
        Array(4);
        return new(U32(), U32(), U63(), Bytes8());
    }

    /// <summary>
    /// The number of elements of an array; the caller grows its list as it reads and never by this number.
    /// </summary>
    public int Array(int least, int most)
    {
        if (!Head(out var type, out var value)) return 0;
        if (type != ArrayType) Fail(WireError.WrongType);
        else if (value < (ulong)least || value > (ulong)most) Fail(WireError.WrongSize);
        return Ok ? (int)value : 0;
    }

    public void Array(int size) => Array(size, size);

    public bool Tag(ulong tag, WireError otherwise)
    {
        if (!Head(out var type, out var value)) return false;
        return type == TagType && value == tag || Fail(otherwise);
    }

    /// <summary>
    /// Starts a map whose fields are read in ascending order; returns what <see cref="EndMap"/> needs.
    /// </summary>
    public MapState StartMap()
    {
        var outer = map;
        if (!Head(out var type, out var value)) return outer;
        if (type != MapType) Fail(WireError.WrongType);
        map = new(value, -1);
        return outer;
    }

    /// <summary>Reads a label that must come now.</summary>
    public bool Required(int label) => Optional(label) || Fail(WireError.MissingLabel);

    /// <summary>Reads a label if it comes now. One that is skipped over may not come later.</summary>
    public bool Optional(int label)
    {
        if (!Ok || map.Left is 0) return false;
        var start = Position;
        if (!Label(out var found)) return false;
        if (found > label)
        {
            Position = start;
            return false;
        }
        if (found < label) return Fail(WireError.UnknownLabel);
        map = new(map.Left - 1, found);
        return true;
    }

    /// <summary>Ends a map and goes on in the outer one.</summary>
    public void EndMap(MapState outer)
    {
        if (Ok && map.Left > 0 && Label(out _)) Fail(WireError.UnknownLabel);
        map = outer;
    }

    /// <summary>Reads the next label of the current map, whatever it is, and checks that labels ascend.</summary>
    public bool Label(out int label)
    {
        label = 0;
        if (!Head(out var type, out var value)) return false;
        if (type is NegativeType) return Fail(WireError.UnknownLabel);
        if (type != UnsignedType) return Fail(WireError.WrongType);
        if ((long)Math.Min(value, int.MaxValue) <= map.Last) return Fail(WireError.LabelOrder);
        if (value > 255) return Fail(WireError.UnknownLabel);
        label = (int)value;
        return true;
    }

    /// <summary>Takes the label just read as the current map's newest.</summary>
    public void Took(int label) => map = new(map.Left - 1, label);

    public readonly bool InMap => Ok && map.Left > 0;

    /// <summary>Moves over the content of a string whose head was read.</summary>
    public bool Skip(ulong size)
    {
        if (!Ok) return false;
        if (size > (ulong)(bytes.Length - Position)) return Fail(WireError.Truncated);
        Position += (int)size;
        return true;
    }

    public readonly ReadOnlySpan<byte> Slice(int from, int to) => bytes[from..to];

    private ReadOnlySpan<byte> String(int wanted, int least, int most)
    {
        if (!Head(out var type, out var value)) return default;
        if (type != wanted) Fail(WireError.WrongType);
        else if (value < (ulong)least || value > (ulong)most) Fail(WireError.WrongSize);
        else if (value > (ulong)(bytes.Length - Position)) Fail(WireError.Truncated);
        if (!Ok) return default;
        Position += (int)value;
        return bytes.Slice(Position - (int)value, (int)value);
    }

    private static ulong Argument(ReadOnlySpan<byte> argument) => argument.Length switch
    {
        1 => argument[0],
        2 => BinaryPrimitives.ReadUInt16BigEndian(argument),
        4 => BinaryPrimitives.ReadUInt32BigEndian(argument),
        _ => BinaryPrimitives.ReadUInt64BigEndian(argument),
    };

    /// <summary>How many fields of a map are still to come, and the newest label that came.</summary>
    public readonly record struct MapState(ulong Left, int Last);
}
