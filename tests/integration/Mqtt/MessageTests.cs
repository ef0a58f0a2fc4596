using Xunit;

namespace MqttPay.IntegrationTests.Mqtt;

public sealed class MessageTests
{
    [Fact]
    public async Task A_packet_as_long_as_the_limit_passes_and_one_byte_more_is_refused_with_0x95()
    {
        await using var rig = await BrokerRig.StartAsync(new() { Anonymous = true });
        using var client = await RawClient.LogInAsync(rig.Endpoint, 5, "a");
        var exact = RawClient.Publish(5, "t", new byte[65_536 - 4 - 6], 1);
        Assert.Equal(65_536, exact.Length);
        await client.SendAsync(exact);
        Assert.Equal("4003000110", await client.ReadAsync());
        await client.SendAsync(RawClient.Publish(5, "t", new byte[65_537 - 4 - 6], 2)[..100]);
        Assert.Equal("E0029500", await client.ReadAsync());
        Assert.Equal("closed", await client.ReadAsync());
    }

    [Fact]
    public async Task A_device_is_told_of_its_8_KiB_and_held_to_them()
    {
        await using var rig = await BrokerRig.StartAsync();
        using var client = await RawClient.OpenAsync(rig.Endpoint);
        await client.SendAsync(RawClient.Connect(5, BrokerRig.Device, BrokerRig.Device, BrokerRig.Password));
        Assert.Contains("2700002000", await client.ReadAsync(), StringComparison.Ordinal);
        await client.SendAsync(RawClient.Publish(5, $"p/{BrokerRig.Device}/q", new byte[8_192], 1)[..50]);
        Assert.Equal("E0029500", await client.ReadAsync());
    }

    [Fact]
    public async Task The_21st_unacknowledged_message_of_a_version_5_client_is_refused_with_0x93()
    {
        await using var rig = await BrokerRig.StartAsync(gated: true);
        using var client = await rig.DeviceAsync(5);
        for (ushort id = 1; id <= 21; id++)
        {
            await client.SendAsync(RawClient.Publish(5, $"p/{BrokerRig.Device}/q", [1], id));
        }

        Assert.Equal("E0029300", await client.ReadAsync());
        for (var count = 0; count < 20; count++) await rig.NextRequestAsync();
        Assert.False(rig.Gate.Requests.TryRead(out _));
    }

    [Fact]
    public async Task Reading_a_3_1_1_client_pauses_while_its_window_is_full()
    {
        await using var rig = await BrokerRig.StartAsync(gated: true);
        using var client = await rig.DeviceAsync(4);
        for (ushort id = 1; id <= 21; id++)
        {
            await client.SendAsync(RawClient.Publish(4, $"p/{BrokerRig.Device}/q", [(byte)id], id));
        }

        var first = await rig.NextRequestAsync();
        for (var count = 1; count < 20; count++) await rig.NextRequestAsync();
        Assert.False(rig.Gate.Requests.TryRead(out _));
        rig.Gate.Complete(first, Broker.Gate.GateAck.Accepted, default);
        rig.Gate.Flush();
        Assert.Equal("40020001", await client.ReadAsync());
        Assert.Equal([21], (await rig.NextRequestAsync()).Payload.ToArray());
    }

    [Fact]
    public async Task What_was_not_acknowledged_comes_again_with_DUP_and_its_old_id()
    {
        await using var rig = await BrokerRig.StartAsync();
        using var agent = await RawClient.LogInAsync(rig.Endpoint, 4, "agent", "agent", BrokerRig.Password);
        using (var device = await rig.DeviceAsync(4, clean: false))
        {
            await device.SubscribeAsync(4, $"p/{BrokerRig.Device}/r");
            await agent.SendAsync(RawClient.Publish(4, $"p/{BrokerRig.Device}/r", "one"u8, 1));
            Assert.StartsWith("32", await device.ReadAsync(), StringComparison.Ordinal);
        }

        await agent.SendAsync(RawClient.Publish(4, $"p/{BrokerRig.Device}/r", "two"u8, 2));
        Assert.Equal("40020001", await agent.ReadAsync());
        Assert.Equal("40020002", await agent.ReadAsync());
        using var again = await RawClient.OpenAsync(rig.Endpoint);
        await again.SendAsync(
            RawClient.Connect(4, BrokerRig.Device, BrokerRig.Device, BrokerRig.Password, clean: false));
        Assert.Equal("20020100", await again.ReadAsync());
        Assert.EndsWith("0001" + "6F6E65", await Publish("3A"), StringComparison.Ordinal);
        Assert.EndsWith("0002" + "74776F", await Publish("32"), StringComparison.Ordinal);

        async Task<string> Publish(string first)
        {
            var packet = await again.ReadAsync();
            Assert.StartsWith(first, packet, StringComparison.Ordinal);
            return packet;
        }
    }

    [Theory]
    [InlineData(4, "9003000180")]
    [InlineData(5, "900400010087")]
    public async Task A_filter_that_is_not_covered_is_refused(byte level, string expected)
    {
        await using var rig = await BrokerRig.StartAsync();
        using var client = await rig.DeviceAsync(level);
        foreach (var filter in new[] { "#", "p/+/r", $"p/{BrokerRig.Other}/r", $"p/{BrokerRig.Device}/#" })
        {
            await client.SendAsync(RawClient.Subscribe(level, filter));
            Assert.Equal(expected, await client.ReadAsync());
        }
    }

    [Fact]
    public async Task A_will_is_heard_when_its_client_goes_without_a_word()
    {
        await using var rig = await BrokerRig.StartAsync(new() { Anonymous = true });
        using var watcher = await RawClient.LogInAsync(rig.Endpoint, 4, "watcher");
        await watcher.SubscribeAsync(4, "will");
        using (var client = await RawClient.OpenAsync(rig.Endpoint))
        {
            await client.SendAsync("101900044D515454040E003C0001620004" + "77696C6C" + "0004" + "676F6E65");
            Assert.Equal("20020000", await client.ReadAsync());
        }

        Assert.Equal("320C000477696C6C0001676F6E65", await watcher.ReadAsync());
    }

    [Fact]
    public async Task A_forgotten_alias_and_one_too_high_are_refused_with_0x94()
    {
        await using var rig = await BrokerRig.StartAsync(new() { Anonymous = true });
        using var client = await RawClient.LogInAsync(rig.Endpoint, 5, "a");
        await client.SendAsync("3008000174032300" + "0A" + "78");
        Assert.Equal("D000", await client.PingAsync());
        await client.SendAsync("3006" + "0000" + "03" + "230001");
        Assert.Equal("E0029400", await client.ReadAsync());
        using var other = await RawClient.LogInAsync(rig.Endpoint, 5, "b");
        await other.SendAsync("3007000174" + "03" + "23000B");
        Assert.Equal("E0029400", await other.ReadAsync());
    }
}
