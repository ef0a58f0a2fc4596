using System.Buffers;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Protocol;
using MqttPay.EdgeAgent.Mqtt;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.ForeignBroker;

public sealed class ClientLinkTests : IAsyncLifetime
{
    private const uint Edge = 40213;
    private static readonly KeyId Kid = new(0x0102_0304_0506_0708);

    private readonly CancellationTokenSource patience =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private readonly IMqttClient device = new MqttClientFactory().CreateMqttClient();
    private readonly Channel<byte[]> replies = Channel.CreateUnbounded<byte[]>();
    private Mosquitto broker = null!;

    public async ValueTask InitializeAsync()
    {
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        broker = await Mosquitto.StartAsync();
        device.ApplicationMessageReceivedAsync += async message =>
            await replies.Writer.WriteAsync(message.ApplicationMessage.Payload.ToArray());
        await ConnectDeviceAsync();
    }

    public async ValueTask DisposeAsync()
    {
        device.Dispose();
        await broker.DisposeAsync();
        patience.Dispose();
    }

    [Fact]
    public async Task A_request_comes_in_and_its_reply_goes_out()
    {
        await using var link = await StartAsync();
        await PublishAsync([1]);

        var request = await ReadAsync(link);
        Assert.Equal((Kid, 1), (request.Kid, request.Payload.Span[0]));
        link.Complete(request, LinkAck.Accepted, new byte[] { 42 });

        Assert.Equal([42], await replies.Reader.ReadAsync(patience.Token));
    }

    [Fact]
    public async Task A_request_that_was_not_acknowledged_comes_again_after_the_broker_restarts()
    {
        await using var link = await StartAsync();
        await PublishAsync([1]);
        var first = await ReadAsync(link);

        await broker.RestartAsync();
        var again = await ReadAsync(link);

        Assert.Equal([1], again.Payload.ToArray());
        link.Complete(first, LinkAck.Accepted, default);   // Of the connection that is gone: acknowledges nothing.
        link.Complete(again, LinkAck.Accepted, new byte[] { 43 });
        await ConnectDeviceAsync();
        await PublishAsync([2]);
        Assert.Equal([2], (await ReadAsync(link)).Payload.ToArray());
    }

    [Fact]
    public async Task An_acknowledged_request_does_not_come_again()
    {
        await using var link = await StartAsync();
        await PublishAsync([1]);
        link.Complete(await ReadAsync(link), LinkAck.PayloadFormatInvalid, new byte[] { 44 });
        await replies.Reader.ReadAsync(patience.Token);   // Sent after the acknowledgement, on the same connection.

        await broker.RestartAsync();
        await ConnectDeviceAsync();
        await PublishAsync([2]);
        Assert.Equal([2], (await ReadAsync(link)).Payload.ToArray());
    }

    [Fact]
    public async Task A_shed_request_comes_again_without_anybody_restarting()
    {
        await using var link = await StartAsync();
        await PublishAsync([1]);

        link.Complete(await ReadAsync(link), LinkAck.QuotaExceeded, default);

        var again = await ReadAsync(link);
        Assert.Equal([1], again.Payload.ToArray());
        link.Complete(again, LinkAck.Accepted, new byte[] { 45 });
        Assert.Equal([45], await replies.Reader.ReadAsync(patience.Token));
    }

    [Fact]
    public async Task More_shed_requests_than_the_brokers_window_do_not_stop_the_link()
    {
        await using var link = await StartAsync();
        for (byte i = 1; i <= 30; i++) await PublishAsync([i]);
        for (var i = 0; i < 20; i++) link.Complete(await ReadAsync(link), LinkAck.QuotaExceeded, default);

        var seen = new HashSet<byte>();
        while (seen.Count < 30)
        {
            var request = await ReadAsync(link);
            seen.Add(request.Payload.Span[0]);
            link.Complete(request, LinkAck.Accepted, default);
        }
    }

    [Fact]
    public async Task What_is_no_request_is_dropped()
    {
        await PublishAsync([9], retain: true);
        await using var link = await StartAsync();
        await PublishAsync([1], MqttQualityOfServiceLevel.AtMostOnce);
        await PublishAsync(new byte[RequestCodec.MessageMax + 1]);
        await PublishAsync([3], topic: "p/0102/q");
        await PublishAsync([4]);

        Assert.Equal([4], (await ReadAsync(link)).Payload.ToArray());
    }

    [Fact]
    public async Task Requests_wait_at_the_broker_while_the_agent_is_away()
    {
        await (await StartAsync()).DisposeAsync();
        await PublishAsync([1]);

        await using var link = await StartAsync();

        Assert.Equal([1], (await ReadAsync(link)).Payload.ToArray());
    }

    [Fact]
    public async Task A_configuration_is_kept_for_a_device_that_comes_later()
    {
        await using var link = await StartAsync();
        link.Retain(Kid, new byte[] { 7, 7 });

        await device.SubscribeAsync(Topics.Config(Kid), MqttQualityOfServiceLevel.AtLeastOnce, patience.Token);

        Assert.Equal([7, 7], await replies.Reader.ReadAsync(patience.Token));
    }

    private async Task<ClientLink> StartAsync()
    {
        var link = ClientLink.Start(broker.Url, Edge, NullLogger.Instance, TimeProvider.System);
        await link.Subscribed.WaitAsync(patience.Token);   // What is published before reaches nobody.
        return link;
    }

    private ValueTask<LinkRequest> ReadAsync(ClientLink link) => link.Requests.ReadAsync(patience.Token);

    private async Task ConnectDeviceAsync()
    {
        await device.ConnectAsync(
            new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", broker.Port).WithClientId("device").Build(),
            patience.Token);
        await device.SubscribeAsync(Topics.Reply(Kid), MqttQualityOfServiceLevel.AtLeastOnce, patience.Token);
    }

    private Task<MqttClientPublishResult> PublishAsync(
        byte[] payload, MqttQualityOfServiceLevel level = MqttQualityOfServiceLevel.AtLeastOnce, bool retain = false,
        string? topic = null) => device.PublishAsync(
        new MqttApplicationMessage
        {
            Topic = topic ?? Topics.Request(Kid),
            Payload = new ReadOnlySequence<byte>(payload),
            QualityOfServiceLevel = level,
            Retain = retain,
        },
        patience.Token);
}
