using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;

namespace MqttPay.Payments;

/// <summary>
/// Names a key: the first 8 bytes of its RFC 9679 thumbprint, big-endian. Written as 16 lower-case hex digits.
/// </summary>
public readonly record struct KeyId(ulong Value) : IComparable<KeyId>
{
    public const int Size = 8;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    public static KeyId Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt64BigEndian(bytes));

    public void Write(Span<byte> target) => BinaryPrimitives.WriteUInt64BigEndian(target, Value);

    /// <summary>Reads exactly 16 lower-case hex digits; any other spelling is no key id.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out KeyId kid)
    {
        kid = default;
        if (text.Length != 16 || text.ContainsAnyExcept(HexDigits)) return false;
        kid = new(ulong.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        return true;
    }

    public int CompareTo(KeyId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
