using MqttPay.Host.Signatures;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Sync;

/// <summary>Checks what the cloud signed before anybody believes it. Used by one thread at a time.</summary>
internal sealed class CloudDocuments(PublicKey cloudKey)
{
    private readonly VerifyingKey? key = VerifyingKey.TryCreate(cloudKey);
    private readonly Lock gate = new();

    public delegate WireError Parse<T>(ReadOnlySpan<byte> payload, out T? document);

    /// <summary>Returns the document, or null when the signature, the kind or the content is wrong.</summary>
    public T? Open<T>(MessageKind kind, byte[]? message, Parse<T> parse)
        where T : class
    {
        if (message is null || CoseSign1.TryParse(message, out var envelope) is not WireError.None) return null;
        if (envelope.Kid != cloudKey.Id || envelope.Algorithm != cloudKey.Algorithm) return null;
        var payload = message.AsSpan(envelope.Payload);
        var toBeSigned = CoseSign1.ToBeSigned(kind, envelope.Kid, envelope.Algorithm, payload);
        lock (gate)   // Replay and the sync loop may both ask while the agent starts.
        {
            if (key is null || !key.Verify(toBeSigned, message.AsSpan(envelope.Signature))) return null;
        }

        return parse(payload, out var document) is WireError.None ? document : null;
    }
}
