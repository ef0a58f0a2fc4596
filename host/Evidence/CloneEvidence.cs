using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Host.Evidence;

/// <summary>
/// Two requests of one key under one name: proof that two devices hold that key. Whoever has the public key can check
/// it; no word of an edge or the cloud is needed.
/// </summary>
public sealed record CloneEvidence(PublicKey Key, byte[] First, byte[] Second)
{
    public const string Kind = "mqttpay-clone-evidence/1";

    /// <summary>Reads a file; null when it is none of this kind.</summary>
    public static CloneEvidence? TryRead(string json)
    {
        try
        {
            if (JsonNode.Parse(json) is not JsonObject file || (string?)file["kind"] != Kind) return null;
            var key = BytesOf((string?)file["public_key"]) is { } cose ? PublicKey.FromCoseKey(cose) : null;
            return key is not null && BytesOf((string?)file["first"]) is { } first
                && BytesOf((string?)file["second"]) is { } second
                    ? new(key, first, second)
                    : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    public string ToJson() => new JsonObject
    {
        ["kind"] = Kind,
        ["public_key"] = Convert.ToHexStringLower(Key.ToCoseKey()),
        ["first"] = Convert.ToHexStringLower(First),
        ["second"] = Convert.ToHexStringLower(Second),
    }.ToJsonString();

    /// <summary>Why it proves nothing; null: proven.</summary>
    public string? Fault()
    {
        using var verifying = VerifyingKey.TryCreate(Key);
        if (verifying is null) return "the public key is no usable point on its curve";
        if (FaultOf(First, "first", verifying, out var first) is { } one) return one;
        if (FaultOf(Second, "second", verifying, out var second) is { } other) return other;
        if (!IsSameName(first.ToRequest(), second.ToRequest())) return "the messages bear different names";
        return first.Digest(First) == second.Digest(Second) ? "both messages say the same" : null;
    }

    private string? FaultOf(byte[] message, string which, VerifyingKey verifying, out RequestView view)
    {
        if (RequestCodec.TryParse(message, out view) is var error and not WireError.None)
            return $"the {which} message is no request: {error}";
        if (view.Kid != Key.Id || view.Algorithm != Key.Algorithm) return $"the {which} message is of another key";
        Span<byte> content = stackalloc byte[RequestView.ToBeSignedMax];
        var length = view.WriteToBeSigned(message, content);
        return verifying.Verify(content[..length], view.Signature(message))
            ? null
            : $"the {which} message's signature is not this key's";
    }

    /// <summary>A voucher's name is its session and its tick.</summary>
    private static bool IsSameName(PaymentRequest first, PaymentRequest second) => first.Epoch == second.Epoch
        && (first.Operation, second.Operation) switch
        {
            (Operation.Voucher, Operation.Voucher) =>
                first.ReferenceSequence == second.ReferenceSequence && first.Tick == second.Tick,
            (Operation.Voucher or Operation.Status, _) or (_, Operation.Voucher or Operation.Status) => false,
            _ => first.Sequence == second.Sequence,
        };

    private static byte[]? BytesOf(string? hex)
    {
        if (hex is null) return null;
        var bytes = new byte[hex.Length / 2];
        return Convert.FromHexString(hex, bytes, out _, out _) is OperationStatus.Done ? bytes : null;
    }
}
