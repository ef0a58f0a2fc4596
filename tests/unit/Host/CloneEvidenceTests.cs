using MqttPay.Host.Evidence;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.Host;

/// <summary>Two messages and a public key: anybody can tell whether they prove a clone.</summary>
public sealed class CloneEvidenceTests : IDisposable
{
    private readonly SigningKey key = SigningKey.Create(SignatureAlgorithm.Es256);

    public void Dispose() => key.Dispose();

    [Fact]
    public void Two_contents_under_one_name_are_proof_also_after_a_journey_through_a_file()
    {
        var evidence = new CloneEvidence(key.Public, Message(Sale), Message(Sale with { AmountMinor = 9_99 }));

        Assert.Null(evidence.Fault());
        Assert.Null(CloneEvidence.TryRead(evidence.ToJson())!.Fault());
        Assert.Contains("\"kind\":\"mqttpay-clone-evidence/1\"", evidence.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_vouchers_of_one_tick_are_proof_and_of_two_ticks_are_not()
    {
        var voucher = Sale with
        {
            Operation = Operation.Voucher, Sequence = 0, Previous = 0, ReferenceSequence = 3, Tick = 8,
        };

        Assert.Null(Fault(voucher, voucher with { AmountMinor = 2_00 }));
        Assert.Equal(
            "the messages bear different names", Fault(voucher, voucher with { AmountMinor = 2_00, Tick = 9 }));
        Assert.Equal("the messages bear different names", Fault(voucher, voucher with { ReferenceSequence = 4 }));
        Assert.Equal("the messages bear different names", Fault(Sale with { Sequence = 3 }, voucher));
    }

    [Fact]
    public void The_same_content_signed_twice_is_no_clone()
    {
        Assert.Equal("both messages say the same", Fault(Sale, Sale));   // ES256 signs with other bytes each time.
    }

    [Fact]
    public void Another_sequence_or_epoch_is_another_name()
    {
        Assert.Equal("the messages bear different names", Fault(Sale, Sale with { Sequence = 8 }));
        Assert.Equal("the messages bear different names", Fault(Sale, Sale with { Epoch = 2 }));
    }

    [Fact]
    public void A_strangers_message_frames_nobody()
    {
        using var stranger = SigningKey.Create(SignatureAlgorithm.Es256);
        var forged = Message(Sale with { AmountMinor = 9_99 }, stranger);
        var own = new CloneEvidence(key.Public, Message(Sale), forged);

        Assert.Equal("the second message's signature is not this key's", own.Fault());
        Assert.Equal(
            "the first message is of another key", new CloneEvidence(stranger.Public, Message(Sale), forged).Fault());
        Assert.Equal("the second message is no request: Empty", (own with { Second = [] }).Fault());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"kind":"mqttpay-clone-evidence/2","public_key":"00","first":"00","second":"00"}""")]
    [InlineData("""{"kind":"mqttpay-clone-evidence/1","public_key":"00","first":"00","second":"00"}""")]
    [InlineData("""{"kind":"mqttpay-clone-evidence/1","first":"00","second":"zz"}""")]
    [InlineData("""{"kind":7}""")]
    public void What_is_no_such_file_is_told_apart(string json) => Assert.Null(CloneEvidence.TryRead(json));

    private PaymentRequest Sale => new()
    {
        Operation = Operation.Sale, Kid = key.Public.Id, Epoch = 1, Sequence = 7, Edge = 9, AmountMinor = 1_50,
        Currency = 978,
    };

    private string? Fault(PaymentRequest first, PaymentRequest second) =>
        new CloneEvidence(key.Public, Message(first), Message(second)).Fault();

    private byte[] Message(PaymentRequest request, SigningKey? signer = null)
    {
        var payload = RequestCodec.EncodePayload(request);
        var toBeSigned = CoseSign1.ToBeSigned(
            MessageKind.Request, request.Kid, SignatureAlgorithm.Es256, payload);
        return CoseSign1.Encode(
            request.Kid, SignatureAlgorithm.Es256, payload, (signer ?? key).Sign(toBeSigned));
    }
}
