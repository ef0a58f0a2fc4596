using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>Makes the bytes of a request: payload, what is signed, and the message.</summary>
internal static class RequestBuilder
{
    public static (byte[] Message, Hash Digest) Sign(PaymentRequest request, SigningKey key)
    {
        var payload = RequestCodec.EncodePayload(request);
        var toBeSigned = CoseSign1.ToBeSigned(MessageKind.Request, request.Kid, key.Public.Algorithm, payload);
        var message = CoseSign1.Encode(request.Kid, key.Public.Algorithm, payload, key.Sign(toBeSigned));
        return (message, Hash.Of(toBeSigned));
    }

    /// <summary>The first 16 bytes of a digest: what the next request of the device says about this one.</summary>
    public static UInt128 Previous(Hash digest) => digest.High;
}
