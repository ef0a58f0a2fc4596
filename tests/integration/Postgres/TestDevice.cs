using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.IntegrationTests.Postgres;

/// <summary>A device with its key: signs requests.</summary>
internal sealed class TestDevice(uint edge, SigningKey key)
{
    public KeyId Kid => key.Public.Id;

    public string PublicKey => Convert.ToHexStringLower(key.Public.ToCoseKey());

    public static PaymentRequest Coffee { get; } = new()
    {
        Operation = Operation.Sale, Kid = default, Epoch = 1, Sequence = 1, Edge = 0, AmountMinor = 350, Currency = 978,
    };

    public PaymentRequest Sale(long sequence, long amountMinor = 350) =>
        Coffee with { Kid = Kid, Edge = edge, Sequence = sequence, AmountMinor = amountMinor };

    public PaymentRequest Held(long sequence, long amountMinor = 350) =>
        Sale(sequence, amountMinor) with { Flags = RequestFlags.Confirm };

    public PaymentRequest Void(long sequence, long reference) =>
        Sale(sequence, 0) with { Operation = Operation.Void, Currency = 0, ReferenceSequence = reference };

    public byte[] Sign(PaymentRequest request)
    {
        var payload = RequestCodec.EncodePayload(request);
        var content = CoseSign1.ToBeSigned(MessageKind.Request, Kid, key.Public.Algorithm, payload);
        return CoseSign1.Encode(Kid, key.Public.Algorithm, payload, key.Sign(content));
    }
}
