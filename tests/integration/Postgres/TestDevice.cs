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

    public PaymentRequest Reverse(long sequence, long reference) =>
        Void(sequence, reference) with { Operation = Operation.Reverse };

    public PaymentRequest Auth(long sequence, long amountMinor) =>
        Sale(sequence, amountMinor) with { Operation = Operation.Auth };

    public PaymentRequest Increment(long sequence, long reference, long amountMinor) =>
        Sale(sequence, amountMinor) with { Operation = Operation.Increment, ReferenceSequence = reference };

    public PaymentRequest Voucher(long session, uint tick, long amountMinor) =>
        Sale(0, amountMinor) with { Operation = Operation.Voucher, ReferenceSequence = session, Tick = tick };

    /// <summary>A payee's request about somebody else's payment.</summary>
    public PaymentRequest About(Operation operation, long sequence, PaymentRequest payment, long amountMinor) =>
        Sale(sequence, amountMinor) with { Operation = operation, ReferenceId = PaymentId.Of(payment.Name) };

    public byte[] Sign(PaymentRequest request)
    {
        var payload = RequestCodec.EncodePayload(request);
        var content = CoseSign1.ToBeSigned(MessageKind.Request, Kid, key.Public.Algorithm, payload);
        return CoseSign1.Encode(Kid, key.Public.Algorithm, payload, key.Sign(content));
    }
}
