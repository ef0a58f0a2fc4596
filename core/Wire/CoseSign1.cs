using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>COSE_Sign1 in its one accepted shape, the same for every kind of message.</summary>
public static class CoseSign1
{
    /// <summary>What the envelope adds to a payload of 24 to 255 bytes.</summary>
    public const int Overhead = 85;

    private const int ProtectedSize = 13;

    /// <summary>Finds the parts. The length limit of the message is the caller's, checked before.</summary>
    public static WireError TryParse(ReadOnlySpan<byte> message, out CoseEnvelope envelope)
    {
        envelope = default;
        if (message.IsEmpty) return WireError.Empty;
        var reader = new StrictReader(message);
        EnvelopeReader.Read(ref reader, out envelope);
        var error = reader.End();
        if (error is not WireError.None) envelope = default;
        return error;
    }

    public static byte[] Encode(
        KeyId kid, SignatureAlgorithm algorithm, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> signature) =>
        new StrictWriter(payload.Length + Overhead + 8).Tag(18).Array(4)
            .Bytes(Protected(stackalloc byte[ProtectedSize], kid, algorithm))
            .Map(0).Bytes(payload).Bytes(signature).ToArray();

    /// <summary>The Sig_structure: what is signed, and whose SHA-256 is the digest.</summary>
    public static byte[] ToBeSigned(
        MessageKind kind, KeyId kid, SignatureAlgorithm algorithm, ReadOnlySpan<byte> payload)
    {
        var target = new byte[ToBeSignedSize(payload.Length)];
        WriteToBeSigned(kind, kid, algorithm, payload, target);
        return target;
    }

    public static int ToBeSignedSize(int payload) => 1 + 11 + 14 + 14 + HeadSize(payload) + payload;

    /// <summary>
    /// Writes the Sig_structure into a span of at least <see cref="ToBeSignedSize"/> and tells its length.
    /// </summary>
    public static int WriteToBeSigned(
        MessageKind kind, KeyId kid, SignatureAlgorithm algorithm, ReadOnlySpan<byte> payload, Span<byte> target)
    {
        target[0] = 0x84;
        "jSignature1"u8.CopyTo(target[1..]);
        target[12] = 0x4d;
        Protected(target[13..26], kid, algorithm);
        target[26] = 0x4d;
        ExternalAad(kind).CopyTo(target[27..]);
        var at = 40 + StrictWriter.WriteHead(target[40..], 2, (ulong)payload.Length);
        payload.CopyTo(target[at..]);
        return at + payload.Length;
    }

    /// <summary>Says what a signature is for; the last part is the version of the wire.</summary>
    public static ReadOnlySpan<byte> ExternalAad(MessageKind kind) => kind switch
    {
        MessageKind.Request => "MqttPay/req/1"u8,
        MessageKind.Round => "MqttPay/rnd/1"u8,
        MessageKind.Config => "MqttPay/cfg/1"u8,
        MessageKind.Grant => "MqttPay/grn/1"u8,
        MessageKind.Ack => "MqttPay/ack/1"u8,
        MessageKind.Fence => "MqttPay/fen/1"u8,
        MessageKind.Policy => "MqttPay/pol/1"u8,
        MessageKind.DenyList => "MqttPay/den/1"u8,
        MessageKind.Roster => "MqttPay/dev/1"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static Span<byte> Protected(Span<byte> target, KeyId kid, SignatureAlgorithm algorithm)
    {
        ReadOnlySpan<byte> start = [0xa2, 0x01, 0x26, 0x04, 0x48];
        start.CopyTo(target);
        if (algorithm is SignatureAlgorithm.EdDsa) target[2] = 0x27;
        kid.Write(target[5..]);
        return target[..ProtectedSize];
    }

    private static int HeadSize(int length) => length switch { < 24 => 1, < 256 => 2, < 65_536 => 3, _ => 5 };
}
