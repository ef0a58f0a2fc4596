using System.Text;

namespace MqttPay.UnitTests.Core.Wire;

/// <summary>
/// A CBOR writer for tests that can write what the product never would, and shares no code with the one under test.
/// </summary>
internal static class Cbor
{
    public const ulong AlgorithmEs256 = 6, AlgorithmEdDsa = 7;

    public static byte[] Empty { get; } = [0xa0];

    public static byte[] Head(int type, ulong value) => value switch
    {
        < 24 => [(byte)(type << 5 | (int)value)],
        <= 0xff => Wide(type, value, 1),
        <= 0xffff => Wide(type, value, 2),
        <= 0xffff_ffff => Wide(type, value, 4),
        _ => Wide(type, value, 8),
    };

    /// <summary>A head with its value in the given number of bytes, needed or not.</summary>
    public static byte[] Wide(int type, ulong value, int size)
    {
        var info = size switch { 1 => 24, 2 => 25, 4 => 26, _ => 27 };
        var head = new byte[1 + size];
        head[0] = (byte)(type << 5 | info);
        for (var i = 0; i < size; i++) head[size - i] = (byte)(value >> (8 * i) & 0xff);
        return head;
    }

    public static byte[] Int(ulong value) => Head(0, value);

    public static byte[] Negative(ulong minusOneMinusValue) => Head(1, minusOneMinusValue);

    public static byte[] Bytes(params byte[] value) => [.. Head(2, (ulong)value.Length), .. value];

    public static byte[] Text(string value) => [.. Head(3, (ulong)value.Length), .. Encoding.UTF8.GetBytes(value)];

    public static byte[] Array(params byte[][] items) => [.. Head(4, (ulong)items.Length), .. Join(items)];

    public static byte[] Map(params Field[] fields) => Map(fields.AsEnumerable());

    public static byte[] Map(IEnumerable<Field> fields)
    {
        var all = fields.ToArray();
        return [.. Head(
            5, (ulong)all.Length), .. Join([.. all.Select(field => (byte[])[.. Int(field.Label), .. field.Value])])];
    }

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    /// <summary>{1: algorithm, 4: kid} as the protected header's content.</summary>
    public static byte[] Protected(ulong algorithm, byte[] kid) =>
        Join([0xa2], Int(1), Negative(algorithm), Int(4), Bytes(kid));

    /// <summary>An envelope of four items that are CBOR already.</summary>
    public static byte[] Envelope(byte[] header, byte[] unprotected, byte[] payload, byte[] signature) =>
        Join([0xd2, 0x84], header, unprotected, payload, signature);

    /// <summary>The Sig_structure, written a second time for the tests.</summary>
    public static byte[] ToBeSigned(byte[] header, string aad, byte[] payload) =>
        Join([0x84], Text("Signature1"), Bytes(header), Bytes(Encoding.ASCII.GetBytes(aad)), Bytes(payload));

    /// <summary>A map's entry: a label, and a value that is CBOR already.</summary>
    internal sealed record Field(ulong Label, byte[] Value);
}
