using System.Text;
using MqttPay.Broker.Machine;
using MqttPay.Broker.Wire;
using Xunit;

namespace MqttPay.UnitTests.Broker;

public sealed class PacketGuardTests
{
    [Theory]
    [InlineData("0001000568656C6C6F", 0x81)]
    [InlineData("000161", 0x81)]
    [InlineData("0001610000", 0x81)]
    [InlineData("00000001", 0x82)]
    [InlineData("00012B0001", 0x90)]
    [InlineData("0001230001", 0x90)]
    [InlineData("0003612F230001", 0x90)]
    [InlineData("0001000001", 0x81)]
    [InlineData("00011F0001", 0x81)]
    [InlineData("00017F0001", 0x81)]
    [InlineData("0002C2800001", 0x81)]
    [InlineData("0002C29F0001", 0x81)]
    [InlineData("0001FF0001", 0x81)]
    [InlineData("0002C0800001", 0x81)]
    [InlineData("0003EDA0800001", 0x81)]
    [InlineData("0004F49080800001", 0x81)]
    public void Hostile_publishes_of_3_1_1_are_refused(string hex, int reason) =>
        Assert.Equal((Reason)reason, CheckPublish(0x32, Hex(hex), Protocol.V311));

    [Theory]
    [InlineData("02 23 00", 0x81)]
    [InlineData("03 23 0000", 0x94)]
    [InlineData("06 23 0001 23 0001", 0x82)]
    [InlineData("02 01 02", 0x82)]
    [InlineData("04 01 01 01 01", 0x82)]
    [InlineData("05 11 00000001", 0x82)]
    [InlineData("02 0B 01", 0x82)]
    [InlineData("03 21 0001", 0x82)]
    [InlineData("05 27 00000001", 0x82)]
    [InlineData("04 08 0001 2B", 0x82)]
    [InlineData("03 08 0000", 0x82)]
    [InlineData("04 03 0001 00", 0x81)]
    [InlineData("05 26 0000 0001", 0x81)]
    [InlineData("01 7F", 0x81)]
    [InlineData("01 00", 0x81)]
    [InlineData("8000", 0x81)]
    [InlineData("8080808000", 0x81)]
    [InlineData("7F", 0x81)]
    public void Hostile_properties_of_a_publish_are_refused(string properties, int reason) =>
        Assert.Equal((Reason)reason, CheckPublish(0x32, Hex("0001610001" + properties), Protocol.V5));

    [Fact]
    public void The_good_publish_passes_and_every_cut_of_its_head_is_refused()
    {
        var body = Convert.FromHexString("0001610001" + "0C" + "02000000012600016B000176");
        Assert.Equal(Reason.Success, CheckPublish(0x32, body, Protocol.V5));
        for (var length = 0; length < body.Length; length++)
        {
            Assert.NotEqual(Reason.Success, CheckPublish(0x32, body.AsSpan(0, length), Protocol.V5));
        }
    }

    [Fact]
    public void A_topic_may_have_1024_bytes_and_32_levels_and_no_more()
    {
        Assert.Equal(Reason.Success, CheckPublish(0x30, Body(new string('a', 1024)), Protocol.V311));
        Assert.Equal(Reason.TopicNameInvalid, CheckPublish(0x30, Body(new string('a', 1025)), Protocol.V311));
        Assert.Equal(Reason.Success, CheckPublish(0x30, Body(new string('/', 31)), Protocol.V311));
        Assert.Equal(Reason.TopicNameInvalid, CheckPublish(0x30, Body(new string('/', 32)), Protocol.V311));
    }

    [Fact]
    public void There_may_be_16_user_properties_and_no_more()
    {
        Assert.Equal(Reason.Success, CheckPublish(0x30, WithUserProperties(16, 1), Protocol.V5));
        Assert.Equal(Reason.QuotaExceeded, CheckPublish(0x30, WithUserProperties(17, 1), Protocol.V5));
    }

    [Fact]
    public void User_properties_may_have_1024_bytes_and_no_more()
    {
        Assert.Equal(Reason.Success, CheckPublish(0x30, WithUserProperties(1, 1019), Protocol.V5));
        Assert.Equal(Reason.QuotaExceeded, CheckPublish(0x30, WithUserProperties(1, 1020), Protocol.V5));
    }

    [Fact]
    public void Alias_and_expiry_are_read_and_do_not_travel_on()
    {
        var body = Convert.FromHexString("000161" + "0F" + "230003" + "0200000009" + "2600016B000176" + "78");
        Assert.Equal(Reason.Success, PacketGuard.CheckPublish(0x30, body, Protocol.V5, out var input));
        Assert.Equal((ushort)3, input.Alias);
        Assert.Equal(9u, input.ExpirySeconds);
        Assert.Equal("2600016B000176", Convert.ToHexString(input.Properties));
        Assert.Equal("78", Convert.ToHexString(input.Payload));
    }

    [Theory]
    [InlineData("", Protocol.V311)]
    [InlineData("00", Protocol.V311)]
    [InlineData("0000", Protocol.V311)]
    [InlineData("000100", Protocol.V311)]
    [InlineData("000101", Protocol.V5)]
    [InlineData("0001000000", Protocol.V5)]
    [InlineData("00010005", Protocol.V5)]
    [InlineData("00010003230001", Protocol.V5)]
    public void Hostile_acknowledgements_are_refused(string hex, object protocol) => Assert.NotEqual(
        Reason.Success,
        PacketGuard.CheckAck(Convert.FromHexString(hex), AckKind.PubAck, (Protocol)protocol, out _, out _));

    [Theory]
    [InlineData("0001", Protocol.V311)]
    [InlineData("0001 0000", Protocol.V311)]
    [InlineData("0000 0001 61 00", Protocol.V311)]
    [InlineData("0001 0001 61 03", Protocol.V311)]
    [InlineData("0001 0001 61 04", Protocol.V311)]
    [InlineData("0001 0001 61", Protocol.V311)]
    [InlineData("0001 0000 00", Protocol.V311)]
    [InlineData("0001 0002 6123 00", Protocol.V311)]
    [InlineData("0001 0002 2361 00", Protocol.V311)]
    [InlineData("0001 0002 2B61 00", Protocol.V311)]
    [InlineData("0001 0001 00 00", Protocol.V311)]
    [InlineData("0001 00 0001 61 40", Protocol.V5)]
    [InlineData("0001 00 0001 61 80", Protocol.V5)]
    [InlineData("0001 00 0001 61 30", Protocol.V5)]
    [InlineData("0001 02 0B00 0001 61 00", Protocol.V5)]
    [InlineData("0001 04 0B01 0B01 0001 61 00", Protocol.V5)]
    [InlineData("0001 03 230001 0001 61 00", Protocol.V5)]
    [InlineData("0001 00 000A 2473686172652F672F61 04", Protocol.V5)]
    public void Hostile_subscribes_are_refused(string hex, object protocol) => Assert.NotEqual(
        Reason.Success,
        PacketGuard.CheckSubscribe(Hex(hex), (Protocol)protocol));

    [Fact]
    public void Every_cut_of_a_subscribe_is_refused()
    {
        var body = Hex("0001 00 0003 612F2B 01");
        Assert.Equal(Reason.Success, PacketGuard.CheckSubscribe(body, Protocol.V5));
        for (var length = 0; length < body.Length; length++)
        {
            Assert.NotEqual(Reason.Success, PacketGuard.CheckSubscribe(body.AsSpan(0, length), Protocol.V5));
        }
    }

    [Theory]
    [InlineData("01", Protocol.V5)]
    [InlineData("8E", Protocol.V5)]
    [InlineData("00", Protocol.V311)]
    [InlineData("0000FF", Protocol.V5)]
    [InlineData("0005 1100000001 00", Protocol.V5)]
    [InlineData("000A 1100000001 1100000001", Protocol.V5)]
    public void Hostile_disconnects_are_refused(string hex, object protocol) => Assert.NotEqual(
        Reason.Success, PacketGuard.CheckDisconnect(Hex(hex), (Protocol)protocol, out _, out _));

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));

    private static Reason CheckPublish(byte first, ReadOnlySpan<byte> body, Protocol protocol) =>
        PacketGuard.CheckPublish(first, body, protocol, out _);

    private static byte[] Body(string topic) =>
        [(byte)(topic.Length >> 8), (byte)(topic.Length & 0xFF), .. Encoding.UTF8.GetBytes(topic)];

    private static byte[] WithUserProperties(int count, int valueLength)
    {
        var value = Encoding.UTF8.GetBytes(new string('v', valueLength));
        byte[] one = [0x26, 0, 0, (byte)(valueLength >> 8), (byte)(valueLength & 0xFF), .. value];
        var length = (uint)(one.Length * count);
        var head = new byte[Variable.Size(length)];
        Variable.Write(head, length);
        return [0, 1, (byte)'a', .. head, .. Enumerable.Repeat(one, count).SelectMany(each => each)];
    }
}
