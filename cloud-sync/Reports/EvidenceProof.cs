using MqttPay.CloudSync.Enrolment;
using MqttPay.CloudSync.Ingest;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.CloudSync.Reports;

/// <summary>Checks evidence from its bytes alone.</summary>
internal static class EvidenceProof
{
    /// <summary>Says what is proved, or why nothing is.</summary>
    public static (bool Proven, string Finding) Check(EvidenceFile file)
    {
        if (!PublicKeys.TryRead(file.PublicKey, out var key)) return (false, "The public key cannot be read.");
        if (!TryRead(file.First, out var first) || !TryRead(file.Second, out var second))
            return (false, "A message is not hex.");
        return file.Kind switch
        {
            EvidenceFile.OfClone => Clone(key, first, second),
            EvidenceFile.OfFork => Fork(key, first, second),
            _ => (false, $"Evidence of the kind {file.Kind} is not known."),
        };
    }

    private static (bool, string) Clone(PublicKey key, byte[] first, byte[] second)
    {
        if (RequestCodec.TryParse(first, out var one) is not WireError.None
            || RequestCodec.TryParse(second, out var other) is not WireError.None)
            return (false, "A message is no request.");
        if (!Verifies(MessageKind.Request, key, first) || !Verifies(MessageKind.Request, key, second))
            return (false, "A signature does not verify under this key.");
        var (digest, otherDigest) = (one.Digest(first), other.Digest(second));
        if (digest == otherDigest) return (false, "Both messages say the same.");

        var (a, b) = (one.ToRequest(), other.ToRequest());
        if (a.Epoch != b.Epoch) return (false, "The messages are of different epochs.");
        if (a.Sequence > 0 && a.Sequence == b.Sequence)
            return (true, $"Key {key.Id} signed two requests {a.Epoch}/{a.Sequence}.");
        if (a is { Operation: Operation.Voucher, Tick: > 0 } && b.Operation is Operation.Voucher
            && (a.ReferenceSequence, a.Tick) == (b.ReferenceSequence, b.Tick))
            return (true, $"Key {key.Id} signed two vouchers {a.Epoch}/{a.ReferenceSequence}/{a.Tick}.");
        return a.Sequence > 0 && b.Sequence == a.Sequence + 1 && b.Previous != digest.High
            ? (true, $"Key {key.Id} signed request {b.Epoch}/{b.Sequence} without knowing its own {a.Sequence}.")
            : (false, "An honest device may have signed both.");
    }

    private static (bool, string) Fork(PublicKey key, byte[] first, byte[] second)
    {
        if (!TryReadHeader(first, out var one) || !TryReadHeader(second, out var other))
            return (false, "A message is no round header.");
        if (!Verifies(MessageKind.Round, key, first) || !Verifies(MessageKind.Round, key, second))
            return (false, "A signature does not verify under this key.");
        if ((one.Edge, one.Fence) != (other.Edge, other.Fence))
            return (false, "The rounds are of different edges or fences.");
        var (root, otherRoot) = (RoundHeaders.RootOf(first), RoundHeaders.RootOf(second));
        if (one.Number == other.Number && root != otherRoot)
            return (true, $"Edge {one.Edge} signed two rounds {one.Fence}/{one.Number}.");
        return other.Number == one.Number + 1 && other.PreviousRoot != root
            ? (true, $"Edge {one.Edge} signed round {other.Fence}/{other.Number} after another {one.Number}.")
            : (false, "An honest edge may have signed both.");
    }

    private static bool TryReadHeader(byte[] message, out RoundHeader header)
    {
        header = null!;
        if (CoseSign1.TryParse(message, out var envelope) is not WireError.None) return false;
        if (RoundCodec.TryParseHeader(message.AsSpan()[envelope.Payload], out var read) is not WireError.None)
            return false;
        header = read!;
        return true;
    }

    private static bool Verifies(MessageKind kind, PublicKey key, byte[] message)
    {
        if (CoseSign1.TryParse(message, out var envelope) is not WireError.None) return false;
        if (envelope.Kid != key.Id || envelope.Algorithm != key.Algorithm) return false;
        using var verifying = VerifyingKey.TryCreate(key);
        var content = CoseSign1.ToBeSigned(kind, envelope.Kid, envelope.Algorithm, message.AsSpan()[envelope.Payload]);
        return verifying?.Verify(content, message.AsSpan()[envelope.Signature]) ?? false;
    }

    private static bool TryRead(string? hex, out byte[] bytes)
    {
        bytes = [];
        if (hex is null || hex.Length % 2 != 0 || !hex.All(char.IsAsciiHexDigit)) return false;
        bytes = Convert.FromHexString(hex);
        return true;
    }
}
