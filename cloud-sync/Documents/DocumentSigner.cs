using MqttPay.Host.Signatures;
using MqttPay.Wire;

namespace MqttPay.CloudSync.Documents;

/// <summary>Signs what the cloud tells its gateways and devices.</summary>
internal sealed class DocumentSigner(SigningKey key) : IDisposable
{
    // One key object must not sign on two threads at once; signing takes some 30 microseconds and waits for nothing.
    private readonly Lock oneAtATime = new();

    public PublicKey Public => key.Public;

    public byte[] Sign(MessageKind kind, byte[] payload)
    {
        var toBeSigned = CoseSign1.ToBeSigned(kind, Public.Id, Public.Algorithm, payload);
        byte[] signature;
        lock (oneAtATime) signature = key.Sign(toBeSigned);
        return CoseSign1.Encode(Public.Id, Public.Algorithm, payload, signature);
    }

    public void Dispose() => key.Dispose();
}
