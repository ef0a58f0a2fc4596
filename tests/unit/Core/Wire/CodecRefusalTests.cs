using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.Core.Wire;

/// <summary>What the smaller codecs refuse, and what their numbers are.</summary>
public sealed class CodecRefusalTests
{
    [Fact]
    public void Wire_errors_have_their_numbers_for_ever() => Assert.Equal(
        [
            "None=0", "Empty=1", "TooLong=2", "Truncated=3", "TrailingBytes=4", "NotSign1=5", "EnvelopeShape=6",
            "UnprotectedNotEmpty=7", "ProtectedShape=8", "Algorithm=9", "KidSize=10", "PayloadNotBstr=11",
            "NotShortestForm=12", "IndefiniteLength=13", "LabelOrder=14", "UnknownLabel=15", "MissingLabel=16",
            "LabelNotAllowed=17", "WrongType=18", "OutOfRange=19", "WrongSize=20", "UnknownOp=21", "SignatureSize=22",
            "SignatureValue=23", "TopicMismatch=24", "UnknownKid=25", "SignatureInvalid=26", "ReservedInfo=27",
        ],
        Enum.GetValues<WireError>().Select(error => $"{error}={(int)error}"));

    [Fact]
    public void Events_have_their_numbers_for_ever()
    {
        var random = new RandomValues(1);
        for (var kind = 1; kind <= 12; kind++) Assert.Equal(kind, EventCodec.Encode(random.Event(kind))[1]);
    }

    [Fact]
    public void Every_kind_of_message_is_signed_for_itself()
    {
        var kinds = Enum.GetValues<MessageKind>();

        Assert.Equal(
            ["req", "rnd", "cfg", "grn", "ack", "fen", "pol", "den", "dev"],
            kinds.Select(kind => System.Text.Encoding.ASCII.GetString(CoseSign1.ExternalAad(kind))[8..11]));
        Assert.All(kinds, kind => Assert.Equal(13, CoseSign1.ExternalAad(kind).Length));
    }

    [Theory]
    [InlineData("p/de38ab3664ae5397/q", 'q')]
    [InlineData("p/de38ab3664ae5397/r", 'r')]
    [InlineData("p/de38ab3664ae5397/c", 'c')]
    public void Topics_are_read_as_text_and_as_bytes(string topic, char leg)
    {
        Assert.True(Topics.TryParse(topic, out var kid, out var read));
        Assert.Equal((TestKeys.DeviceEd25519.Kid, leg), (kid, read));
        Assert.True(Topics.TryParse(System.Text.Encoding.UTF8.GetBytes(topic), out kid, out read));
        Assert.Equal((TestKeys.DeviceEd25519.Kid, leg), (kid, read));
        Assert.Contains(topic, (string[])[Topics.Request(kid), Topics.Reply(kid), Topics.Config(kid)]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("p/DE38AB3664AE5397/q")]
    [InlineData("p/de38ab3664ae5397/x")]
    [InlineData("p/de38ab3664ae5397/q/")]
    [InlineData("/p/de38ab3664ae539/q")]
    [InlineData("p2/de38ab3664ae539/q")]
    [InlineData("p/de38ab3664ae539g/q")]
    [InlineData("p/de38ab3664ae5397q/")]
    [InlineData("p/+/q")]
    public void Any_other_spelling_is_not_ours(string topic)
    {
        Assert.False(Topics.TryParse(topic, out _, out _));
        Assert.False(Topics.TryParse(System.Text.Encoding.UTF8.GetBytes(topic), out _, out _));
    }

    [Fact]
    public void An_approved_amount_of_zero_or_empty_evidence_is_never_written_and_never_read()
    {
        Cbor.Field[] all =
        [
            new(1, Cbor.Int(1)), new(2, Cbor.Int(1)), new(3, Cbor.Int(1)), new(4, Cbor.Int(1)), new(5, Cbor.Int(1)),
            new(6, Cbor.Int(1)), new(7, Cbor.Int(1)), new(8, Cbor.Int(1)),
        ];
        Assert.Equal(WireError.None, DecisionCodec.TryParse(Cbor.Map(all), out _));
        for (var label = 4; label <= 7; label++)
        {
            all[label - 1] = new((ulong)label, Cbor.Int(0));
            Assert.Equal(WireError.OutOfRange, DecisionCodec.TryParse(Cbor.Map(all), out _));
            all[label - 1] = new((ulong)label, Cbor.Int(1));
        }
        Assert.Equal(
            [0xa4, 1, 1, 2, 1, 3, 1, 8, 1], DecisionCodec.Encode(new(1, 1, DecisionCode.Insufficient, 0, 0, 0, 0, 1)));
    }

    [Fact]
    public void Unsorted_or_doubled_entries_are_refused()
    {
        Assert.Equal(
            WireError.LabelOrder, DenyListCodec.TryParse(DenyListCodec.Encode(new(1, [new(2), new(1)])), out _));
        Assert.Equal(
            WireError.LabelOrder, DenyListCodec.TryParse(DenyListCodec.Encode(new(1, [new(2), new(2)])), out _));
        var seal = new Seal(1, 1, [], [new(5, 0, 0), new(5, 0, 0)], 0, 0, 0, 0, 0);
        Assert.Equal(WireError.LabelOrder, EventCodec.TryParse(EventCodec.Encode(seal), out _));
        var total = new SealTotal(Operation.Sale, 978, DecisionCode.Approved, 1, 1);
        var doubled = seal with { Leases = [], Totals = [total, total] };
        Assert.Equal(WireError.LabelOrder, EventCodec.TryParse(EventCodec.Encode(doubled), out _));
    }

    [Fact]
    public void A_round_with_another_count_of_leaves_than_its_header_is_refused()
    {
        var round = new RandomValues(3).Round();
        var longer = round with { Leaves = [.. round.Leaves, new Leaf.Event([1])] };

        Assert.Equal(
            WireError.WrongSize, RoundCodec.TryParseRound(RoundCodec.EncodeRound(longer), out _, out _));
    }

    [Fact]
    public void A_config_with_a_key_that_is_none_is_refused()
    {
        var config = ConfigCodec.Encode(new(
            TestKeys.DeviceEs256.Kid, 1, 1, 1, TestKeys.EdgeEd25519.Public, 978, 1, 0));
        config[Array.IndexOf(config, (byte)0xa3)] = 0xa4;

        Assert.Equal(WireError.OutOfRange, ConfigCodec.TryParse(config, out _));
    }

    [Fact]
    public void A_request_without_the_fields_of_its_operation_cannot_be_encoded()
    {
        Assert.Throws<ArgumentException>(() => RequestCodec.EncodePayload(Samples.Sale with { ReferenceSequence = 1 }));
        Assert.Throws<ArgumentException>(() => RequestCodec.EncodePayload(Samples.Sale with { Sequence = 0 }));
        Assert.Throws<ArgumentException>(
            () => RequestCodec.EncodePayload(Samples.Least(Operation.Capture) with { ReferenceSequence = null }));
    }
}
