using MqttPay.Broker.Machine;
using MqttPay.Broker.Wire;
using Xunit;

namespace MqttPay.UnitTests.Broker;

public sealed class PublishWriterTests
{
    [Theory]
    [InlineData(Protocol.V311, 0, "30060001746D7367")]
    [InlineData(Protocol.V311, 1, "3A080001740102" + "6D7367")]
    [InlineData(Protocol.V5, 1, "3A10000174010207" + "02000000080B05" + "6D7367")]
    public void A_message_is_written_for_its_version_with_what_is_left_of_its_expiry(
        object protocol, int qos, string expected)
    {
        var message = new Message("t"u8, default, "msg"u8, 1, false, 1_000) { ExpirySeconds = 10 };
        var writer = new PublishWriter(new(message, (byte)qos, false, [5]), (Protocol)protocol, 3_000);
        var target = new byte[writer.Length];
        writer.Write(target, 0x0102, qos > 0);
        Assert.Equal(expected, Convert.ToHexString(target));
    }

    [Fact]
    public void Properties_travel_as_the_bytes_that_they_came_as()
    {
        var properties = Convert.FromHexString("2600016B000176" + "0101");
        var message = new Message("t"u8, properties, "m"u8, 0, true, 0);
        var writer = new PublishWriter(new(message, 0, true, []), Protocol.V5, 0);
        var target = new byte[writer.Length];
        writer.Write(target, 0, false);
        Assert.Equal("310E000174" + "09" + "2600016B0001760101" + "6D", Convert.ToHexString(target));
    }
}
