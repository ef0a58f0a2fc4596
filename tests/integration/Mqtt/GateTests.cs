using MqttPay.Broker.Gate;
using Xunit;

namespace MqttPay.IntegrationTests.Mqtt;

public sealed class GateTests
{
    private const string Requests = $"p/{BrokerRig.Device}/q";
    private const string Replies = $"p/{BrokerRig.Device}/r";

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task The_PUBACK_waits_for_the_outcome_and_goes_before_the_reply(byte level)
    {
        await using var rig = await BrokerRig.StartAsync(gated: true);
        using var client = await rig.DeviceAsync(level);
        await client.SubscribeAsync(level, Replies);
        await client.SendAsync(RawClient.Publish(level, Requests, "ask"u8, 7));
        var request = await rig.NextRequestAsync();
        Assert.Equal(BrokerRig.Kid, request.Kid);
        Assert.Equal("ask"u8, request.Payload.Span);
        // A ping behind the request is answered while the request waits, so nothing has been acknowledged yet.
        Assert.Equal("D000", await client.PingAsync());

        rig.Gate.Complete(request, GateAck.Accepted, "done"u8.ToArray());
        rig.Gate.Flush();
        Assert.Equal("40020007", await client.ReadAsync());
        Assert.EndsWith("646F6E65", await client.ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outcomes_out_of_order_are_acknowledged_in_the_order_of_arrival()
    {
        await using var rig = await BrokerRig.StartAsync(gated: true);
        using var client = await rig.DeviceAsync(4);
        for (ushort id = 1; id <= 3; id++) await client.SendAsync(RawClient.Publish(4, Requests, [1], id));
        var (first, second, third) =
            (await rig.NextRequestAsync(), await rig.NextRequestAsync(), await rig.NextRequestAsync());
        foreach (var request in new[] { third, first, second }) rig.Gate.Complete(request, GateAck.Accepted, default);
        rig.Gate.Flush();
        for (var id = 1; id <= 3; id++) Assert.Equal($"4002000{id}", await client.ReadAsync());
    }

    [Fact]
    public async Task Version_3_1_1_gets_no_PUBACK_for_what_was_shed()
    {
        await using var rig = await BrokerRig.StartAsync(gated: true);
        using var client = await rig.DeviceAsync(4);
        await client.SubscribeAsync(4, Replies);
        await client.SendAsync(RawClient.Publish(4, Requests, "ask"u8, 1));
        rig.Gate.Complete(await rig.NextRequestAsync(), GateAck.QuotaExceeded, "hint"u8.ToArray());
        rig.Gate.Flush();
        Assert.EndsWith("68696E74", await client.ReadAsync(), StringComparison.Ordinal);
        Assert.Equal("D000", await client.PingAsync());
    }

    [Theory]
    [InlineData(GateAck.Accepted, "40020001")]
    [InlineData(GateAck.NotAuthorized, "4003000187")]
    [InlineData(GateAck.QuotaExceeded, "4003000197")]
    [InlineData(GateAck.PayloadFormatInvalid, "4003000199")]
    public async Task Version_5_hears_the_reason_in_its_PUBACK(GateAck ack, string expected)
    {
        await using var rig = await BrokerRig.StartAsync(gated: true);
        using var client = await rig.DeviceAsync(5);
        await client.SendAsync(RawClient.Publish(5, Requests, "ask"u8, 1));
        rig.Gate.Complete(await rig.NextRequestAsync(), ack, default);
        rig.Gate.Flush();
        Assert.Equal(expected, await client.ReadAsync());
    }

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public async Task A_request_has_at_most_256_bytes(int length, bool enters)
    {
        await using var rig = await BrokerRig.StartAsync(gated: true);
        using var client = await rig.DeviceAsync(5);
        await client.SendAsync(RawClient.Publish(5, Requests, new byte[length], 1));
        if (enters) Assert.Equal(length, (await rig.NextRequestAsync()).Payload.Length);
        else Assert.Equal("4003000199", await client.ReadAsync());
        Assert.False(rig.Gate.Requests.TryRead(out _));
    }

    [Fact]
    public async Task A_configuration_is_there_on_subscribe_and_a_new_one_comes_at_once()
    {
        await using var rig = await BrokerRig.StartAsync(gated: true);
        rig.Gate.Retain(BrokerRig.Kid, "first"u8.ToArray());
        using var client = await rig.DeviceAsync(4);
        await client.SubscribeAsync(4, $"p/{BrokerRig.Device}/c");
        var kept = await client.ReadAsync();
        Assert.StartsWith("33", kept, StringComparison.Ordinal);
        Assert.EndsWith("6669727374", kept, StringComparison.Ordinal);

        rig.Gate.Retain(BrokerRig.Kid, "next"u8.ToArray());
        rig.Gate.Flush();
        Assert.EndsWith("6E657874", await client.ReadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Another_keys_topic_ends_the_connection(byte level)
    {
        await using var rig = await BrokerRig.StartAsync(gated: true);
        using var client = await rig.DeviceAsync(level);
        await client.SendAsync(RawClient.Publish(level, $"p/{BrokerRig.Other}/q", "ask"u8, 1));
        if (level == 5)
        {
            Assert.Equal("4003000187", await client.ReadAsync());
            Assert.Equal("E0028700", await client.ReadAsync());
        }

        Assert.Equal("closed", await client.ReadAsync());
        Assert.False(rig.Gate.Requests.TryRead(out _));
    }

    [Theory]
    [InlineData(4, "40020001")]
    [InlineData(5, "4003000187")]
    public async Task What_a_device_may_not_publish_is_dropped(byte level, string expected)
    {
        await using var rig = await BrokerRig.StartAsync(gated: true);
        using var client = await rig.DeviceAsync(level);
        await client.SendAsync(RawClient.Publish(level, Replies, "forged"u8, 1));
        Assert.Equal(expected, await client.ReadAsync());
        Assert.Equal(1, rig.Host.Counters.Dropped);
    }

    [Fact]
    public async Task Requests_reach_no_subscriber_when_there_is_a_gate_and_the_agent_when_there_is_none()
    {
        await using var alone = await BrokerRig.StartAsync();
        using var agent = await RawClient.LogInAsync(alone.Endpoint, 4, "agent", "agent", BrokerRig.Password);
        await agent.SubscribeAsync(4, "p/+/q");
        using var device = await alone.DeviceAsync(4);
        await device.SendAsync(RawClient.Publish(4, Requests, "ask"u8, 1));
        Assert.EndsWith("61736B", await agent.ReadAsync(), StringComparison.Ordinal);

        await using var gated = await BrokerRig.StartAsync(gated: true);
        using var listener = await RawClient.LogInAsync(gated.Endpoint, 4, "agent", "agent", BrokerRig.Password);
        await listener.SubscribeAsync(4, "p/+/q");
        using var sender = await gated.DeviceAsync(4);
        await sender.SendAsync(RawClient.Publish(4, Requests, "ask"u8, 1));
        await gated.NextRequestAsync();
        Assert.Equal("D000", await listener.PingAsync());
    }

    [Fact]
    public async Task A_repeated_QoS_2_request_is_handed_over_once()
    {
        await using var rig = await BrokerRig.StartAsync(gated: true);
        using var client = await rig.DeviceAsync(4);
        var publish = RawClient.Publish(4, Requests, "ask"u8, 5, 2);
        await client.SendAsync(publish);
        rig.Gate.Complete(await rig.NextRequestAsync(), GateAck.Accepted, default);
        rig.Gate.Flush();
        Assert.Equal("50020005", await client.ReadAsync());
        publish[0] |= 8;
        await client.SendAsync(publish);
        Assert.Equal("50020005", await client.ReadAsync());
        Assert.False(rig.Gate.Requests.TryRead(out _));
        await client.SendAsync("62020005");
        Assert.Equal("70020005", await client.ReadAsync());
    }
}
