using MqttPay.Payments;
using MqttPay.UnitTests.Core.Wire;
using MqttPay.UnitTests.Tidy;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.FirmwareSim;

/// <summary>A hold of two devices with all its bytes, as docs/WIRE.md prints it.</summary>
public sealed class WorkedHoldTests
{
    private const uint Edge = 40213;

    private static readonly string Page =
        string.Concat(Repository.Read("docs/WIRE.md").Where(letter => !char.IsWhiteSpace(letter)));

    private static readonly TestKey Payer = TestKeys.DeviceEd25519;

    private static readonly TestKey Payee = new("payee", 8, [.. Enumerable.Repeat((byte)0x50, 32)]);

    private static readonly PaymentRequest Auth = new()
    {
        Operation = Operation.Auth, Kid = Payer.Kid, Epoch = 1, Sequence = 1043, Edge = Edge, AmountMinor = 500,
        Currency = 978, Previous = DigestOf(Samples.Sale, Payer).High,
        LastReceipt = new(Edge, 3, 51234, 0x40f0a8968b96684a),
    };

    private static readonly PaymentRequest Voucher = new()
    {
        Operation = Operation.Voucher, Kid = Payer.Kid, Epoch = 1, Edge = Edge, AmountMinor = 120, Currency = 978,
        ReferenceSequence = 1043, Tick = 1,
    };

    private static readonly PaymentRequest Capture = new()
    {
        Operation = Operation.Capture, Kid = Payee.Kid, Epoch = 1, Sequence = 1, Edge = Edge, AmountMinor = 320,
        Currency = 978, ReferenceId = PaymentId.Of(Auth.Name),
    };

    private static readonly byte[] Decision =
        DecisionCodec.Encode(new(1, 1043, DecisionCode.Approved, 500, Evidence.None, 90210, 86400, 17));

    [Fact]
    public void The_requests_are_the_printed_ones()
    {
        Assert.Contains(MessageOf(Auth, Payer), Page);
        Assert.Contains(MessageOf(Voucher, Payer), Page);
        Assert.Contains(MessageOf(Capture, Payee), Page);
        Assert.Contains(Payee.Kid.ToString(), Page);
        Assert.Contains(Convert.ToHexStringLower(Payee.Public.Bytes), Page);
    }

    [Fact]
    public void The_notice_is_the_printed_one_and_proves_what_is_held()
    {
        var notice = Notice();

        Assert.Contains(Convert.ToHexStringLower(notice), Page);
        Assert.Contains(DigestOf(Auth, Payer).ToString(), Page);
        Assert.Contains(PaymentId.Of(Auth.Name).ToString(), Page);
        Assert.Equal(WireError.None, ReplyCodec.TryParse(notice, out var reply));
        var verdict = Receipt.Check(
            Assert.IsType<Reply.Notice>(reply), Edge, TestKeys.EdgeEd25519.Public, out var signed, out var signature);
        Assert.Equal(ReceiptVerdict.Ok, verdict);
        Assert.True(TestKeys.EdgeEd25519.Verify(signed, signature));
    }

    private static byte[] Notice()
    {
        var digest = DigestOf(Auth, Payer);
        var previous = Hash.Read(
            Convert.FromHexString("40f0a8965dcecfb7405f2cc12fe86f79d5cef1217cde9ce5c17c9aec5b4e367b"));
        var header = RoundCodec.EncodeHeader(new(
            Edge, 3, 12, 51235, 1, previous, RoundCodec.LeafHash(digest, Decision), 1_790_000_030));
        return ReplyCodec.EncodeNotice(
            Payer.Kid, digest, Decision, 0, [], TestKeys.EdgeEd25519.Message(MessageKind.Round, header));
    }

    private static string MessageOf(PaymentRequest request, TestKey key) =>
        Convert.ToHexStringLower(key.Message(MessageKind.Request, RequestCodec.EncodePayload(request)));

    private static Hash DigestOf(PaymentRequest request, TestKey key) => Hash.Of(CoseSign1.ToBeSigned(
        MessageKind.Request, key.Kid, key.Algorithm, RequestCodec.EncodePayload(request)));
}
