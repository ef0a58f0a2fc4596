using System.Buffers.Binary;
using System.Globalization;

namespace MqttPay.Payments;

/// <summary>Names a payer's account: 8 bytes, big-endian. A token, never a card number.</summary>
public readonly record struct AccountId(ulong Value) : IComparable<AccountId>
{
    public const int Size = 8;

    public static AccountId Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt64BigEndian(bytes));

    public void Write(Span<byte> target) => BinaryPrimitives.WriteUInt64BigEndian(target, Value);

    public int CompareTo(AccountId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
