using MqttPay.Broker.Machine;
using MqttPay.Broker.Wire;
using Xunit;

namespace MqttPay.UnitTests.Broker;

public sealed class FrameGuardTests
{
    [Theory]
    [InlineData(4096)]
    [InlineData(8192)]
    [InlineData(65536)]
    public void A_frame_may_be_as_long_as_the_limit_and_not_one_byte_longer(int limit)
    {
        Assert.Equal(FrameStatus.Measured, Measure(Header(0x30, limit), Protocol.V5, limit, out var frame, out _));
        Assert.Equal(limit, frame.Length);
        Assert.Equal(FrameStatus.Refused, Measure(Header(0x30, limit + 1), Protocol.V5, limit, out _, out var reason));
        Assert.Equal(Reason.PacketTooLarge, reason);
    }

    [Theory]
    [InlineData("30FFFFFF7F")]
    [InlineData("30FFFFFFFF")]
    [InlineData("C000")]
    [InlineData("00")]
    [InlineData("20")]
    [InlineData("E000")]
    [InlineData("11")]
    [InlineData("1F")]
    public void Before_CONNECT_a_wrong_header_is_refused_from_its_first_byte(string hex)
    {
        var head = Convert.FromHexString(hex)[..1];
        Assert.Equal(FrameStatus.Refused, Measure(head, Protocol.None, FrameGuard.ConnectMax, out _, out _));
    }

    [Fact]
    public void A_CONNECT_that_claims_too_much_is_refused_before_its_length_is_complete()
    {
        Assert.Equal(
            FrameStatus.Refused,
            Measure([0x10, 0xFF, 0xFF], Protocol.None, FrameGuard.ConnectMax, out _, out var reason));
        Assert.Equal(Reason.PacketTooLarge, reason);
        Assert.Equal(FrameStatus.NeedMore, Measure([0x10, 0xFF], Protocol.None, FrameGuard.ConnectMax, out _, out _));
    }

    [Theory]
    [InlineData(Protocol.V311)]
    [InlineData(Protocol.V5)]
    public void A_length_of_five_bytes_is_refused(object protocol)
    {
        byte[] head = [0x30, 0x80, 0x80, 0x80, 0x80];
        Assert.Equal(FrameStatus.Refused, Measure(head, (Protocol)protocol, 65536, out _, out var reason));
        Assert.Equal(Reason.MalformedPacket, reason);
    }

    [Fact]
    public void Every_cut_of_a_header_asks_for_more()
    {
        byte[] head = [0x30, 0x80, 0x80, 0x01];
        for (var length = 0; length < head.Length; length++)
        {
            Assert.Equal(FrameStatus.NeedMore, Measure(head.AsSpan(0, length), Protocol.V311, 65536, out _, out _));
        }

        Assert.Equal(FrameStatus.Measured, Measure(head, Protocol.V311, 65536, out var frame, out _));
        Assert.Equal(16384, frame.BodyLength);
    }

    [Theory]
    [InlineData(Protocol.V311, FrameStatus.Measured)]
    [InlineData(Protocol.V5, FrameStatus.Refused)]
    public void Version_5_wants_the_shortest_form_of_a_length(object protocol, object expected) =>
        Assert.Equal((FrameStatus)expected, Measure([0x30, 0x84, 0x00], (Protocol)protocol, 65536, out _, out _));

    /// <summary>All 256 first bytes, for both versions, against the table of the standard.</summary>
    [Theory]
    [InlineData(Protocol.V311)]
    [InlineData(Protocol.V5)]
    public void Only_packets_of_a_client_with_the_right_flag_bits_are_measured(object protocol)
    {
        byte[] allowed =
        [
            0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x3A, 0x3B, 0x3C, 0x3D, 0x40, 0x50, 0x62, 0x70, 0x82, 0xA2, 0xC0, 0xE0,
        ];
        for (var first = 0; first < 256; first++)
        {
            var status = Measure([(byte)first, 0], (Protocol)protocol, 65536, out _, out _);
            Assert.Equal(allowed.Contains((byte)first) ? FrameStatus.Measured : FrameStatus.Refused, status);
        }
    }

    private static byte[] Header(byte first, int frameLength)
    {
        for (var headerLength = 2; ; headerLength++)
        {
            var body = (uint)(frameLength - headerLength);
            if (1 + Variable.Size(body) != headerLength) continue;
            var header = new byte[headerLength];
            header[0] = first;
            Variable.Write(header.AsSpan(1), body);
            return header;
        }
    }

    private static FrameStatus Measure(
        ReadOnlySpan<byte> head, Protocol protocol, int limit, out Frame frame, out Reason reason) =>
        FrameGuard.Measure(head, protocol, false, limit, out frame, out reason);
}
