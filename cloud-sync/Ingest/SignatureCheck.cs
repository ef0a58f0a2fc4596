using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.CloudSync.Ingest;

/// <summary>One device signature to check, and the leaf that stands or falls with it.</summary>
internal readonly record struct SignatureCheck(
    int Item, KeyId Kid, SignatureAlgorithm Algorithm, byte[] ToBeSigned, byte[] Signature)
{
    public static SignatureCheck Of(int item, in RequestView view, byte[] message)
    {
        Span<byte> content = stackalloc byte[RequestView.ToBeSignedMax];
        var length = view.WriteToBeSigned(message, content);
        return new(item, view.Kid, view.Algorithm, content[..length].ToArray(), view.Signature(message).ToArray());
    }
}
