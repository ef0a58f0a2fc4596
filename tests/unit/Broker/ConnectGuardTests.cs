using MqttPay.Broker.Machine;
using MqttPay.Broker.Wire;
using Xunit;

namespace MqttPay.UnitTests.Broker;

public sealed class ConnectGuardTests
{
    private const string Name = "0004 4D515454";
    private const string Good5 = Name + "05 C6 0010 05 1100000001 0001 61 00 0001 77 0001 78 0001 75 0001 70";

    [Fact]
    public void Every_cut_of_a_good_CONNECT_is_refused_and_so_is_a_byte_more()
    {
        var body = Hex(Good5);
        Assert.Equal(Reason.Success, Check(body, out _));
        for (var length = 0; length < body.Length; length++)
        {
            Assert.NotEqual(Reason.Success, Check(body.AsSpan(0, length), out _));
        }

        Assert.Equal(Reason.MalformedPacket, Check([.. body, 0], out _));
    }

    [Theory]
    [InlineData(Name + "04 03 0010 0001 61", 0x81)]
    [InlineData(Name + "04 0A 0010 0001 61", 0x81)]
    [InlineData(Name + "04 12 0010 0001 61", 0x81)]
    [InlineData(Name + "04 22 0010 0001 61", 0x81)]
    [InlineData(Name + "04 1E 0010 0001 61 0001 77 0000", 0x81)]
    [InlineData(Name + "04 42 0010 0001 61 0001 70", 0x81)]
    [InlineData(Name + "04 00 0010 0000", 0x85)]
    [InlineData(Name + "04 02 0010 0001 00", 0x81)]
    [InlineData(Name + "04 06 0010 0001 61 0001 2B 0000", 0x90)]
    [InlineData(Name + "04 06 0010 0001 61 0000 0000", 0x90)]
    [InlineData(Name + "05 02 0010 03 210000 0001 61", 0x82)]
    [InlineData(Name + "05 02 0010 05 2700000000 0001 61", 0x82)]
    [InlineData(Name + "05 02 0010 02 1702 0001 61", 0x82)]
    [InlineData(Name + "05 02 0010 04 1600 0161 0001 61", 0x82)]
    [InlineData(Name + "05 02 0010 04 1500 0161 0001 61", 0x8C)]
    [InlineData(Name + "05 02 0010 05 0200000001 0001 61", 0x82)]
    [InlineData(Name + "03 02 0010 0001 61", 0x84)]
    [InlineData(Name + "06 02 0010 0001 61", 0x84)]
    [InlineData("0006 4D5149736470 03 02 0010 0001 61", 0x84)]
    [InlineData("0004 4D515458 04 02 0010 0001 61", 0x84)]
    public void Hostile_CONNECTs_are_refused_with_their_reason(string hex, int reason) =>
        Assert.Equal((Reason)reason, Check(Hex(hex), out _));

    [Fact]
    public void MQTT_3_1_is_only_spoken_in_the_profile_that_switches_it_on()
    {
        var body = Hex("0006 4D5149736470 03 02 0010 0001 61");
        Assert.Equal(Reason.Success, ConnectGuard.Check(0x10, body, true, out var view));
        Assert.Equal(Protocol.V31, view.Protocol);
    }

    [Fact]
    public void The_will_keeps_its_properties_as_they_are_but_delay_and_expiry()
    {
        var body = Hex(Name + "05 06 0010 00 0001 61 11 1800000005 0200000009 2600016B000176 0001 77 0001 78");
        Assert.Equal(Reason.Success, Check(body, out var view));
        var connect = ControlCodec.DecodeConnect(body, 0x10, view);
        Assert.Equal(5u, connect.Will!.DelaySeconds);
        Assert.Equal(9u, connect.Will.ExpirySeconds);
        Assert.Equal("2600016B000176", Convert.ToHexString(connect.Will.Properties));
    }

    [Theory]
    [InlineData(0x84, "20020001", "200B008408")]
    [InlineData(0x85, "20020002", "200B008508")]
    [InlineData(0x89, "20020003", "200B008908")]
    [InlineData(0x9F, "20020003", "200B009F08")]
    [InlineData(0x97, "20020003", "200B009708")]
    [InlineData(0x86, "20020004", "200B008608")]
    [InlineData(0x87, "20020005", "200B008708")]
    public void A_refusal_never_goes_out_as_accepted(int reason, string old, string newest)
    {
        var answer = new ConnAckOutput((Reason)reason);
        Assert.Equal(old, Convert.ToHexString(ControlCodec.EncodeConnAck(Protocol.V311, answer)!));
        var packet = ControlCodec.EncodeConnAck(Protocol.V5, answer)!;
        Assert.Equal(newest[4..8], Convert.ToHexString(packet)[4..8]);
    }

    [Fact]
    public void Version_3_1_1_has_no_CONNACK_for_a_malformed_CONNECT() =>
        Assert.Null(ControlCodec.EncodeConnAck(Protocol.V311, new(Reason.MalformedPacket)));

    private static Reason Check(ReadOnlySpan<byte> body, out ConnectView view) =>
        ConnectGuard.Check(0x10, body, false, out view);

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));
}
