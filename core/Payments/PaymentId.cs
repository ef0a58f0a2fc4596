using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace MqttPay.Payments;

/// <summary>
/// What parties other than the device call a payment: 16 bytes of SHA-256("mqttpay1" ‖ kid ‖ epoch u32 BE ‖ seq u64
/// BE).
/// </summary>
public readonly record struct PaymentId(UInt128 Value)
{
    public const int Size = 16;

    public static PaymentId Of(RequestName name)
    {
        Span<byte> input = stackalloc byte[28];
        "mqttpay1"u8.CopyTo(input);
        name.Kid.Write(input[8..]);
        BinaryPrimitives.WriteUInt32BigEndian(input[16..], name.Epoch);
        BinaryPrimitives.WriteInt64BigEndian(input[20..], name.Sequence);
        Span<byte> hash = stackalloc byte[Hash.Size];
        SHA256.HashData(input, hash);
        return Read(hash);
    }

    public static PaymentId Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    public void Write(Span<byte> target) => BinaryPrimitives.WriteUInt128BigEndian(target, Value);

    /// <summary>Reads 32 hex digits, with or without the prefix <c>pay_</c>.</summary>
    public static bool TryParse(string text, out PaymentId id)
    {
        var digits = text.StartsWith("pay_", StringComparison.Ordinal) ? text.AsSpan(4) : text;
        id = default;
        if (digits.Length != 32) return false;
        const NumberStyles Hex = NumberStyles.AllowHexSpecifier;
        if (!UInt128.TryParse(digits, Hex, CultureInfo.InvariantCulture, out var value)) return false;
        id = new(value);
        return true;
    }

    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}
