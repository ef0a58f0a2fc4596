using System.Buffers;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Mqtt;

/// <summary>
/// A device's MQTT connection, 3.1.1 or 5, QoS 1: connects again for ever, and tells what it hears. It never resends by
/// itself: repeating is the device's rule.
/// </summary>
internal sealed class DeviceLink : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly Gateway gateway;
    private readonly Login login;
    private readonly TimeProvider clock;
    private readonly Action<LinkEvent> hear;
    private volatile IMqttClient client = new MqttClientFactory().CreateMqttClient();
    private TaskCompletionSource lost = NewSignal();

    /// <param name="hear">Called from the client's thread; must only pass the event on.</param>
    public DeviceLink(Gateway gateway, Login login, TimeProvider clock, Action<LinkEvent> hear)
    {
        this.gateway = gateway;
        this.login = login;
        this.clock = clock;
        this.hear = hear;
    }

    private static TimeSpan AnswerMax => TimeSpan.FromSeconds(5);

    public bool Connected => client.IsConnected;

    /// <summary>Stays connected until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var pause = FirstPause;
        while (!cancel.IsCancellationRequested)
        {
            var up = await ConnectAsync(cancel);
            if (up)
            {
                pause = FirstPause;
                hear(new LinkEvent.Up());
                await lost.Task.WaitAsync(cancel);
                hear(new LinkEvent.Down());
            }

            await Task.Delay(pause, clock, cancel);
            pause = pause + pause < LongestPause ? pause + pause : LongestPause;
        }
    }

    /// <summary>One connect and subscribe; false when the gateway is away or refuses.</summary>
    public async Task<bool> ConnectAsync(CancellationToken cancel)
    {
        Renew();
        var options = new MqttClientOptionsBuilder()
            .WithEndPoint(gateway.Address)
            .WithProtocolVersion(login.Mqtt5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311)
            .WithClientId(login.Kid.ToString())
            .WithCredentials(login.Kid.ToString(), login.Password)
            .WithCleanSession()
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(30))
            .WithTimeout(TimeSpan.FromSeconds(10))
            .Build();
        using var limit = Limit(cancel);
        try
        {
            var answer = await client.ConnectAsync(options, limit.Token);
            if (answer.ResultCode is not MqttClientConnectResultCode.Success) return false;
            await client.SubscribeAsync(Topics.Reply(login.Kid), MqttQualityOfServiceLevel.AtLeastOnce, limit.Token);
            await client.SubscribeAsync(Topics.Config(login.Kid), MqttQualityOfServiceLevel.AtLeastOnce, limit.Token);
            return client.IsConnected;
        }
        catch (Exception fault) when (IsLinkFault(fault, cancel))
        {
            return false;   // An unreachable gateway is this shell's daily bread; the caller tries again.
        }
    }

    /// <summary>Publishes on the own request topic. True when a PUBACK with success came.</summary>
    public Task<bool> PublishAsync(byte[] message, CancellationToken cancel) =>
        PublishAsync(Topics.Request(login.Kid), message, cancel);

    /// <summary>Publishes anywhere, as an attacker would.</summary>
    public async Task<bool> PublishAsync(string topic, byte[] message, CancellationToken cancel)
    {
        var publish = new MqttApplicationMessageBuilder()
            .WithTopic(topic)
            .WithPayload(message)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .Build();
        using var limit = Limit(cancel);
        try
        {
            var result = await client.PublishAsync(publish, limit.Token);
            return result.IsSuccess;
        }
        catch (Exception fault) when (IsLinkFault(fault, cancel))
        {
            return false;   // No PUBACK is no answer: the device repeats the same bytes.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await client.TryDisconnectAsync(MqttClientDisconnectOptionsReason.NormalDisconnection, null);
        client.Dispose();
    }

    /// <summary>
    /// A client of its own for each connection: late news of an earlier one then reaches nobody.
    /// </summary>
    private void Renew()
    {
        client.Dispose();
        var ended = NewSignal();
        (client, lost) = (new MqttClientFactory().CreateMqttClient(), ended);
        client.ApplicationMessageReceivedAsync += Received;
        client.DisconnectedAsync += _ =>
        {
            ended.TrySetResult();
            return Task.CompletedTask;
        };
    }

    private Task Received(MqttApplicationMessageReceivedEventArgs args)
    {
        var message = args.ApplicationMessage;
        if (message.Topic == Topics.Config(login.Kid)) hear(new LinkEvent.Config(message.Payload.ToArray()));
        else if (message.Topic == Topics.Reply(login.Kid)) hear(new LinkEvent.Reply(message.Payload.ToArray()));
        return Task.CompletedTask;
    }

    private static bool IsLinkFault(Exception fault, CancellationToken cancel) =>
        fault is MqttCommunicationException or MqttProtocolViolationException or InvalidOperationException
            or IOException or System.Net.Sockets.SocketException
        || (fault is OperationCanceledException && !cancel.IsCancellationRequested);

    /// <summary>
    /// A token of ours switches the client's own time limit off: a lost answer must not hold a device up.
    /// </summary>
    private static CancellationTokenSource Limit(CancellationToken cancel)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(AnswerMax);
        return limit;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
