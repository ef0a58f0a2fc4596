using System.Buffers;
using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Mqtt;

/// <summary>
/// The agent as a plain MQTT 3.1.1 client of somebody else's broker: QoS 1, a persistent session, and nothing else that
/// brokers disagree about. A request is acknowledged to that broker only when its round is on disk.
/// </summary>
internal sealed partial class ClientLink : ILink
{
    private const int WaitingMax = 4_096;
    private static readonly TimeSpan ReconnectAfter = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ReconnectMax = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FlushMax = TimeSpan.FromSeconds(2);

    /// <summary>How long shed requests wait for the reconnect that makes the broker send them again.</summary>
    private static readonly TimeSpan WithheldMax = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ConnectMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SendMax = TimeSpan.FromSeconds(3);

    private readonly Channel<LinkRequest> requests = Channel.CreateBounded<LinkRequest>(WaitingMax);
    private readonly Channel<Func<Task>> outgoing = Channel.CreateUnbounded<Func<Task>>(new() { SingleReader = true });
    private readonly CancellationTokenSource stop = new();
    private readonly IMqttClient client = new MqttClientFactory().CreateMqttClient();
    private readonly MqttClientOptions options;
    private readonly ILogger logger;
    private readonly TimeProvider clock;
    private readonly Dictionary<KeyId, byte[]> configs = [];
    private readonly Lock gate = new();
    private readonly TaskCompletionSource subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task connecting = Task.CompletedTask;
    private Task sending = Task.CompletedTask;
    private int connection;
    private long withheldAt;

    private ClientLink(Uri broker, uint edge, ILogger logger, TimeProvider clock)
    {
        this.logger = logger;
        this.clock = clock;
        options = OptionsFor(broker, edge);
        client.ApplicationMessageReceivedAsync += ReceiveAsync;
    }

    public ChannelReader<LinkRequest> Requests => requests.Reader;

    public bool IsConnected => client.IsConnected;

    /// <summary>Done when the broker has granted the subscription for the first time.</summary>
    public Task Subscribed => subscribed.Task;

    /// <param name="broker"><c>mqtt://user:password@host:port</c>.</param>
    public static ClientLink Start(Uri broker, uint edge, ILogger logger, TimeProvider clock)
    {
        var link = new ClientLink(broker, edge, logger, clock);
        link.connecting = Task.Run(link.StayConnectedAsync);
        link.sending = Task.Run(link.SendAsync);
        return link;
    }

    public void Complete(LinkRequest request, LinkAck ack, ReadOnlyMemory<byte> reply)
    {
        var received = (Request)request;
        outgoing.Writer.TryWrite(async () =>
        {
            // Without an acknowledgement the broker sends the request again: what is shed is still wanted. One of an
            // earlier connection has come again already; its packet id may now be another message's.
            if (ack is LinkAck.QuotaExceeded) Withhold();
            else if (received.Connection == connection) await AcknowledgeAsync(received);
            if (!reply.IsEmpty) await PublishAsync(Topics.Reply(received.Kid), reply, retain: false);
        });
    }

    public void Send(KeyId kid, ReadOnlyMemory<byte> reply) =>
        outgoing.Writer.TryWrite(() => PublishAsync(Topics.Reply(kid), reply, retain: false));

    public void Flush()
    {
        // The client sends each packet at once.
    }

    public void Retain(KeyId kid, ReadOnlyMemory<byte> config)
    {
        lock (gate)   // The reconnecting loop reads while the sync loop writes.
        {
            if (configs.TryGetValue(kid, out var known) && config.Span.SequenceEqual(known)) return;
            configs[kid] = config.ToArray();
        }

        outgoing.Writer.TryWrite(() => PublishAsync(Topics.Config(kid), config, retain: true));
    }

    /// <summary>Sends what has been said, for a moment at most, and leaves; the session stays at the broker.</summary>
    public async ValueTask DisposeAsync()
    {
        outgoing.Writer.TryComplete();
        await Task.WhenAny(sending, Task.Delay(FlushMax, clock));
        await stop.CancelAsync();
        await Task.WhenAll(sending, connecting);
        try
        {
            if (client.IsConnected) await client.DisconnectAsync();
        }
        catch (MqttCommunicationException fault)
        {
            LogUnreachable(logger, fault.Message);
        }

        client.Dispose();
        stop.Dispose();
    }

    private static MqttClientOptions OptionsFor(Uri broker, uint edge)
    {
        var builder = new MqttClientOptionsBuilder()
            .WithTcpServer(broker.Host, broker.Port > 0 ? broker.Port : 1883)
            .WithProtocolVersion(MqttProtocolVersion.V311)
            .WithClientId($"edge-{edge}")
            .WithCleanSession(false)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(30))
            .WithTimeout(TimeSpan.FromSeconds(10));
        var user = broker.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
            builder = builder.WithCredentials(
                Uri.UnescapeDataString(user[0]), Uri.UnescapeDataString(user.Length > 1 ? user[1] : ""));
        return builder.Build();
    }

    private Task ReceiveAsync(MqttApplicationMessageReceivedEventArgs arguments)
    {
        arguments.AutoAcknowledge = false;
        var message = arguments.ApplicationMessage;
        var isRequest = Topics.TryParse(message.Topic, out var kid, out var leg) && leg == 'q'
            && message is { QualityOfServiceLevel: not MqttQualityOfServiceLevel.AtMostOnce, Retain: false }
            && message.Payload.Length <= RequestCodec.MessageMax;
        // What is no request would only come again: acknowledged, dropped.
        if (!isRequest) return arguments.AcknowledgeAsync(stop.Token);
        // Full: not acknowledged, so the broker keeps it.
        if (!requests.Writer.TryWrite(new Request(kid, message.Payload.ToArray(), arguments, connection))) Withhold();
        return Task.CompletedTask;
    }

    private async Task StayConnectedAsync()
    {
        var wait = ReconnectAfter;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (WithheldLongEnough())
                    await client.DisconnectAsync(cancellationToken: stop.Token);
                if (!client.IsConnected)
                {
                    Interlocked.Increment(ref connection);
                    Interlocked.Exchange(ref withheldAt, 0);
                    using var limit = Limit(ConnectMax);
                    await client.ConnectAsync(options, limit.Token);
                    await SubscribeAsync(limit.Token);
                    subscribed.TrySetResult();
                    wait = ReconnectAfter;
                    LogConnected(logger, client.Options.ChannelOptions.ToString() ?? "");
                    ResendConfigs();
                }

                await Task.Delay(ReconnectAfter, clock, stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                if (stop.IsCancellationRequested) return;
                LogUnreachable(logger, fault.Message);
                await Task.Delay(wait, clock, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wait = wait * 2 < ReconnectMax ? wait * 2 : ReconnectMax;
            }
        }
    }

    private async Task SubscribeAsync(CancellationToken cancel)
    {
        var granted = await client.SubscribeAsync("p/+/q", MqttQualityOfServiceLevel.AtLeastOnce, cancel);
        if (granted.Items.All(item => item.ResultCode is MqttClientSubscribeResultCode.GrantedQoS1)) return;
        await client.DisconnectAsync(cancellationToken: stop.Token);
        throw new IOException("the broker does not let this edge subscribe to p/+/q with QoS 1");
    }

    /// <summary>
    /// A request stays unacknowledged and takes up a place in the broker's window, until the next connection.
    /// </summary>
    private void Withhold() => Interlocked.CompareExchange(ref withheldAt, clock.GetTimestamp() | 1, 0);

    private bool WithheldLongEnough() => client.IsConnected
        && Interlocked.Read(ref withheldAt) is not 0 and var since && clock.GetElapsedTime(since) >= WithheldMax;

    /// <summary>A broker that lost its retained messages gets them again.</summary>
    private void ResendConfigs()
    {
        lock (gate)
        {
            foreach (var (kid, config) in configs)
                outgoing.Writer.TryWrite(() => PublishAsync(Topics.Config(kid), config, retain: true));
        }
    }

    private async Task SendAsync()
    {
        await foreach (var send in outgoing.Reader.ReadAllAsync())
        {
            try
            {
                await send();
            }
            catch (Exception fault)
            {
                if (stop.IsCancellationRequested) return;
                LogNotSent(logger, fault.Message);   // The device repeats its bytes and gets the stored reply.
            }
        }
    }

    private CancellationTokenSource Limit(TimeSpan longest)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        limit.CancelAfter(longest);
        return limit;
    }

    private async Task AcknowledgeAsync(Request received)
    {
        using var limit = Limit(SendMax);
        await received.Arguments.AcknowledgeAsync(limit.Token);
    }

    /// <summary>
    /// A token of ours switches the client's own time limit off: without one, a lost answer holds up all after it.
    /// </summary>
    private async Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, bool retain)
    {
        using var limit = Limit(SendMax);
        await client.PublishAsync(
            new MqttApplicationMessage
            {
                Topic = topic,
                Payload = new ReadOnlySequence<byte>(payload),
                QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
                Retain = retain,
            },
            limit.Token);
    }

    [LoggerMessage(4101, LogLevel.Information, "connected to the broker {Channel}")]
    private static partial void LogConnected(ILogger logger, string channel);

    [LoggerMessage(4102, LogLevel.Warning, "the broker cannot be reached: {Reason}")]
    private static partial void LogUnreachable(ILogger logger, string reason);

    [LoggerMessage(4103, LogLevel.Warning, "an answer could not be sent: {Reason}")]
    private static partial void LogNotSent(ILogger logger, string reason);

    private sealed class Request(
        KeyId kid, byte[] payload, MqttApplicationMessageReceivedEventArgs arguments, int connection) : LinkRequest
    {
        /// <summary>Which connection it came by.</summary>
        public int Connection { get; } = connection;

        public override KeyId Kid { get; } = kid;

        public override ReadOnlyMemory<byte> Payload { get; } = payload;

        public MqttApplicationMessageReceivedEventArgs Arguments { get; } = arguments;
    }
}
