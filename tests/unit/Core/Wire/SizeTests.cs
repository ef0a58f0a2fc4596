using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.Core.Wire;

/// <summary>The sizes that the specification prints, by encoding real messages.</summary>
public sealed class SizeTests
{
    private static PaymentRequest Typical { get; } = Samples.Sale with { LastReceipt = null };

    private static PaymentRequest Smallest { get; } =
        Typical with { DeviceTime = null, Sequence = 1, AmountMinor = 1, Edge = 1 };

    public static TheoryData<string, int, int> Requests => new()
    {
        { "smallest", 33, 118 },
        { "typical", 45, 130 },
        { "typical with receipt", 63, 148 },
        { "all options", 87, 172 },
        { "largest", 117, 202 },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void A_sale_takes_the_printed_number_of_bytes(string which, int payload, int message)
    {
        var request = which switch
        {
            "smallest" => Smallest,
            "typical" => Typical,
            "typical with receipt" => Samples.Sale,
            "all options" => Samples.Most(Operation.Sale) with { Payee = 1_000_007 },
            _ => Samples.Largest,
        };

        Assert.Equal(payload, RequestCodec.EncodePayload(request).Length);
        Assert.All(
            (TestKey[])[TestKeys.DeviceEs256, TestKeys.DeviceEd25519],
            key => Assert.Equal(message, Samples.Message(request, key).Length));
    }

    [Fact]
    public void A_typical_sale_stays_within_its_budget()
    {
        Assert.InRange(Samples.Message(Typical, TestKeys.DeviceEs256).Length, 1, 135);
        Assert.InRange(Samples.Message(Samples.Sale, TestKeys.DeviceEs256).Length, 1, 150);
    }

    [Fact]
    public void The_largest_request_of_every_operation_is_below_the_limit() => Assert.All(
        Enum.GetValues<Operation>(),
        operation => Assert.InRange(
            Samples.Message(Samples.Most(operation), TestKeys.DeviceEs256).Length, 97, Samples.Message(
                Samples.Largest, TestKeys.DeviceEs256).Length));

    [Fact]
    public void Capture_refund_voucher_and_status_take_the_printed_number_of_bytes()
    {
        Assert.Equal((49, 134), Size(Samples.Least(Operation.Capture) with { DeviceTime = 1_790_000_000 }));
        Assert.Equal(
            (62, 147), Size(Samples.Least(Operation.Refund) with { DeviceTime = 1_790_000_000, AmountMinor = 200 }));
        Assert.Equal((24, 109), Size(Samples.Least(Operation.Voucher) with { Tick = 100 }));
        Assert.Equal((13, 97), Size(Samples.Least(Operation.Status)));
    }

    [Theory]
    [InlineData(1, 215, 265)]
    [InlineData(8, 312, 362)]
    [InlineData(64, 410, 460)]
    [InlineData(256, 476, 526)]
    [InlineData(1024, 541, 591)]
    public void A_final_reply_takes_the_printed_number_of_bytes(int leaves, int typical, int most)
    {
        Assert.InRange(Final(leaves, Samples.Approved, large: false), typical - 4, typical + 4);
        var largest = new Decision(
            uint.MaxValue, long.MaxValue, (DecisionCode)255, 999_999_999_999, (Evidence)uint.MaxValue, long.MaxValue,
            uint.MaxValue, uint.MaxValue);
        Assert.InRange(Final(leaves, largest, large: true), most - 4, most);
        Assert.InRange(most, 1, ReplyCodec.MessageMax);
    }

    [Fact]
    public void Hints_config_ack_and_grant_take_the_printed_number_of_bytes()
    {
        Assert.Equal(23, ReplyCodec.EncodeHint(uint.MaxValue, long.MaxValue, (DecisionCode)255, uint.MaxValue).Length);
        Assert.Equal(9, ReplyCodec.EncodeHint(1, 1042, DecisionCode.TempError, 250).Length);
        Assert.Equal(159, Config(TestKeys.EdgeEd25519));
        Assert.Equal(194, Config(TestKeys.EdgeEs256));
        var ack = AckCodec.Encode(new(40213, 3, 51234, new(1, 2)));
        Assert.Equal(131, TestKeys.Cloud.Message(MessageKind.Ack, ack).Length);
        var grant = new Grant(90210, 40213, 3, new AccountId(1), 978, 200_00, 1_790_000_000, 86_400, 17, 5);
        Assert.InRange(TestKeys.Cloud.Message(MessageKind.Grant, GrantCodec.Encode(grant)).Length, 126, 134);
    }

    private static int Config(TestKey edge)
    {
        var config = new DeviceConfig(TestKeys.DeviceEs256.Kid, 1, 1, 40213, edge.Public, 978, 1_790_000_000, 0);
        return TestKeys.Cloud.Message(MessageKind.Config, ConfigCodec.Encode(config)).Length;
    }

    private static (int Payload, int Message) Size(PaymentRequest request) => (
        RequestCodec.EncodePayload(request).Length, Samples.Message(request, TestKeys.DeviceEs256).Length);

    private static int Final(int leaves, Decision decision, bool large)
    {
        var header = large
            ? new RoundHeader(
                uint.MaxValue, uint.MaxValue, uint.MaxValue, long.MaxValue, leaves, new(1, 1), new(2, 2), uint.MaxValue)
            : new RoundHeader(40213, 3, 12, 51234, leaves, new(1, 1), new(2, 2), 1_790_000_000);
        var path = MerkleTree.Path(new Hash[leaves], 0);
        var round = TestKeys.EdgeEd25519.Message(MessageKind.Round, RoundCodec.EncodeHeader(header));
        return ReplyCodec.EncodeFinal(DecisionCodec.Encode(decision), leaves - 1, path, round, 1).Length;
    }
}
