using System.Security.Cryptography;
using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>
/// A parsed request that has not left its bytes: values, and offsets into the message. Valid only after a parse without
/// error; after an error only the name (as far as it was read) and the offset mean something.
/// </summary>
public readonly struct RequestView
{
    /// <summary>Enough for the Sig_structure of any request.</summary>
    public const int ToBeSignedMax = 320;

    public KeyId Kid { get; internal init; }

    public SignatureAlgorithm Algorithm { get; internal init; }

    public Operation Operation { get; internal init; }

    /// <summary>Whether epoch and sequence were read, or epoch alone where the operation has no sequence.</summary>
    public bool HasName { get; internal init; }

    public uint Epoch { get; internal init; }

    /// <summary>0 for VOUCHER and STATUS.</summary>
    public long Sequence { get; internal init; }

    public uint Edge { get; internal init; }

    /// <summary>The byte at which the error was seen; 0 without an error.</summary>
    public int ErrorOffset { get; internal init; }

    /// <summary>What a hint to this request carries: its sequence, else the one it refers to, else 0.</summary>
    public long HintSequence => Sequence != 0 ? Sequence : Values.ReferenceSequence;

    internal RequestValues Values { get; init; }

    internal Range Payload { get; init; }

    internal Range SignatureRange { get; init; }

    public PaymentRequest ToRequest() => Values.ToRequest(Kid);

    /// <summary>
    /// Writes the Sig_structure and tells its length; the target holds <see cref="ToBeSignedMax"/> bytes.
    /// </summary>
    public int WriteToBeSigned(ReadOnlySpan<byte> message, Span<byte> target) =>
        CoseSign1.WriteToBeSigned(MessageKind.Request, Kid, Algorithm, message[Payload], target);

    /// <summary>SHA-256 of the Sig_structure: what makes two messages the same request.</summary>
    public Hash Digest(ReadOnlySpan<byte> message)
    {
        Span<byte> content = stackalloc byte[ToBeSignedMax];
        Span<byte> hash = stackalloc byte[Hash.Size];
        SHA256.HashData(content[..WriteToBeSigned(message, content)], hash);
        return Hash.Read(hash);
    }

    public ReadOnlySpan<byte> Signature(ReadOnlySpan<byte> message) => message[SignatureRange];
}
