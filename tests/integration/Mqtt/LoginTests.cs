using System.Diagnostics;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using Xunit;

namespace MqttPay.IntegrationTests.Mqtt;

public sealed class LoginTests
{
    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task A_client_logs_in_subscribes_and_hears_what_is_published_at_every_QoS(MqttProtocolVersion version)
    {
        await using var rig = await BrokerRig.StartAsync(new() { Anonymous = true });
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var received = new List<string>();
        using var client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += message =>
        {
            received.Add(Encoding.UTF8.GetString(message.ApplicationMessage.Payload));
            if (received.Count == 3) heard.SetResult(string.Join(' ', received));
            return Task.CompletedTask;
        };
        var options = new MqttClientOptionsBuilder()
            .WithTcpServer(rig.Endpoint.Address.ToString(), rig.Endpoint.Port)
            .WithProtocolVersion(version).WithClientId("reader").Build();
        var cancel = TestContext.Current.CancellationToken;
        await client.ConnectAsync(options, cancel);
        await client.SubscribeAsync("t/#", MQTTnet.Protocol.MqttQualityOfServiceLevel.ExactlyOnce, cancel);
        for (var qos = 0; qos < 3; qos++)
        {
            var message = new MqttApplicationMessageBuilder().WithTopic($"t/{qos}").WithPayload($"m{qos}")
                .WithQualityOfServiceLevel((MQTTnet.Protocol.MqttQualityOfServiceLevel)qos).Build();
            Assert.True((await client.PublishAsync(message, cancel)).IsSuccess);
        }

        Assert.Equal("m0 m1 m2", await heard.Task.WaitAsync(TimeSpan.FromSeconds(20), cancel));
        await client.DisconnectAsync(cancellationToken: cancel);
    }

    [Theory]
    [InlineData(4, BrokerRig.Device, BrokerRig.Device, "wrong", "20020004")]
    [InlineData(4, BrokerRig.Device, "nobody", BrokerRig.Password, "20020004")]
    [InlineData(4, BrokerRig.Other, BrokerRig.Device, BrokerRig.Password, "20020002")]
    [InlineData(4, BrokerRig.Device, "backend", BrokerRig.Password, "20020002")]
    [InlineData(4, "a/b", "backend", BrokerRig.Password, "20020002")]
    [InlineData(5, BrokerRig.Device, BrokerRig.Device, "wrong", "86")]
    [InlineData(5, BrokerRig.Other, BrokerRig.Device, BrokerRig.Password, "85")]
    [InlineData(5, BrokerRig.Device, "backend", BrokerRig.Password, "85")]
    public async Task A_refused_login_hears_why_and_is_closed(
        byte level, string clientId, string user, string password, string expected)
    {
        await using var rig = await BrokerRig.StartAsync();
        using var client = await RawClient.OpenAsync(rig.Endpoint);
        await client.SendAsync(RawClient.Connect(level, clientId, user, password));
        var answer = await client.ReadAsync();
        Assert.Equal(expected, level == 5 ? answer[6..8] : answer);
        Assert.Equal("closed", await client.ReadAsync());
        Assert.Equal(1, rig.Host.Counters.ConnectRefused);
    }

    [Theory]
    [InlineData("30FFFFFF7F")]
    [InlineData("10FFFFFF7F")]
    [InlineData("108020")]
    [InlineData("1080808080")]
    [InlineData("C000")]
    [InlineData("E000")]
    public async Task A_wrong_first_packet_is_closed_without_an_answer(string hex)
    {
        await using var rig = await BrokerRig.StartAsync();
        using var client = await RawClient.OpenAsync(rig.Endpoint);
        await client.SendAsync(hex);
        Assert.Equal("closed", await client.ReadAsync());
    }

    [Fact]
    public async Task Claims_of_256_MiB_before_CONNECT_allocate_next_to_nothing()
    {
        await using var rig = await BrokerRig.StartAsync();
        var before = GC.GetTotalAllocatedBytes(true);
        for (var count = 0; count < 16; count++)
        {
            using var client = await RawClient.OpenAsync(rig.Endpoint);
            await client.SendAsync(count % 2 == 0 ? "30FFFFFF7F" : "10FFFFFF7F");
            Assert.Equal("closed", await client.ReadAsync());
        }

        Assert.InRange(GC.GetTotalAllocatedBytes(true) - before, 0, 4 << 20);
    }

    [Fact]
    public async Task Who_says_nothing_is_closed_after_the_time_to_connect()
    {
        await using var rig = await BrokerRig.StartAsync(new() { ConnectTimeout = TimeSpan.FromMilliseconds(100) });
        using var silent = await RawClient.OpenAsync(rig.Endpoint);
        using var slow = await RawClient.OpenAsync(rig.Endpoint);
        await slow.SendAsync("10");
        Assert.Equal("closed", await silent.ReadAsync());
        Assert.Equal("closed", await slow.ReadAsync());
    }

    [Fact]
    public async Task One_connection_too_many_is_closed_as_it_comes()
    {
        await using var rig = await BrokerRig.StartAsync(new() { UnauthenticatedPerAddressMax = 1 });
        using var first = await RawClient.OpenAsync(rig.Endpoint);
        Assert.Equal("closed", await RawClient.FirstWordAsync(rig.Endpoint));
        await first.SendAsync(RawClient.Connect(4, BrokerRig.Device, BrokerRig.Device, BrokerRig.Password));
        Assert.Equal("20020000", await first.ReadAsync());
        using var third = await rig.DeviceAsync(4, BrokerRig.Other);
    }

    [Theory]
    [InlineData(4, "20020003")]
    [InlineData(5, "9F")]
    public async Task CONNECTs_beyond_the_rate_are_refused(byte level, string expected)
    {
        await using var rig = await BrokerRig.StartAsync(new() { ConnectsBurst = 1, ConnectsPerSecond = 0.001 });
        using var first = await rig.DeviceAsync(level);
        using var second = await RawClient.OpenAsync(rig.Endpoint);
        await second.SendAsync(RawClient.Connect(level, BrokerRig.Other, BrokerRig.Other, BrokerRig.Password));
        var answer = await second.ReadAsync();
        Assert.Equal(expected, level == 5 ? answer[6..8] : answer);
    }

    [Fact]
    public async Task The_newcomer_of_a_takeover_does_not_wait_for_a_peer_that_stopped_reading()
    {
        await using var rig = await BrokerRig.StartAsync(new() { Anonymous = true });
        using var stuck = await RawClient.LogInAsync(rig.Endpoint, 5, "stuck", clean: false, properties: "1100000100");
        await stuck.SubscribeAsync(5, "t", 0);
        using var flood = await RawClient.LogInAsync(rig.Endpoint, 5, "flood");
        var packet = RawClient.Publish(5, "t", new byte[32_000], qos: 0);
        while (rig.Host.Counters.Dropped == 0) await flood.SendAsync(packet);

        var watch = Stopwatch.StartNew();
        using var newcomer = await RawClient.LogInAsync(rig.Endpoint, 5, "stuck", clean: false);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal("D000", await newcomer.PingBehindPublishesAsync());
    }

    [Fact]
    public async Task The_old_connection_of_a_takeover_hears_0x8E()
    {
        await using var rig = await BrokerRig.StartAsync();
        using var old = await rig.DeviceAsync(5);
        using var next = await rig.DeviceAsync(5);
        Assert.StartsWith("E0", await old.ReadAsync(), StringComparison.Ordinal);
        Assert.Equal("closed", await old.ReadAsync());
        Assert.Equal("D000", await next.PingAsync());
    }

    [Fact]
    public async Task A_client_that_falls_silent_hears_0x8D()
    {
        await using var rig = await BrokerRig.StartAsync(new() { Anonymous = true });
        using var client = await RawClient.LogInAsync(rig.Endpoint, 5, "quiet", keepAlive: 1);
        Assert.Equal("E0028D00", await client.ReadAsync());
        Assert.Equal("closed", await client.ReadAsync());
    }

    [Fact]
    public async Task At_the_end_everybody_hears_0x8B()
    {
        await using var rig = await BrokerRig.StartAsync();
        using var client = await rig.DeviceAsync(5);
        await rig.Host.StopAsync();
        Assert.Equal("E0028B00", await client.ReadAsync());
        Assert.Equal("closed", await client.ReadAsync());
    }
}
