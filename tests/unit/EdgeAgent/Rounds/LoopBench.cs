using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using MqttPay.EdgeAgent.Fences;
using MqttPay.EdgeAgent.Mqtt;
using MqttPay.EdgeAgent.Rounds;
using MqttPay.EdgeAgent.Storage;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.UnitTests.Core.Rounds;
using MqttPay.UnitTests.EdgeAgent.Storage;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.EdgeAgent.Rounds;

/// <summary>The agent's loop, writer and answers as they run, over a simulated disk and a link that listens.</summary>
internal sealed class LoopBench : IDisposable
{
    public const string Data = "/data";
    private const uint Edge = EdgeBench.Edge;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SigningKey edgeKey = SigningKey.Create(SignatureAlgorithm.EdDsa);
    private readonly EdgeCounters counters = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Inbox inbox = new();
    private readonly History history;
    private readonly JournalWriter writer;
    private readonly VerifyPool verifiers;
    private readonly Thread thread;
    private readonly Task readings;
    private volatile Exception? failure;

    /// <param name="device">Its key; of the same for every life of the edge.</param>
    public LoopBench(SimulatedDisk disk, SigningKey device, CloudDocumentsOf cloud, long floorBytes = 0)
    {
        Device = device;
        var options = new JournalOptions { SegmentSize = 1 << 16, Background = work => work() };
        history = History.Recover(disk, Data, options, Edge, cloud.Documents);
        Room = new(history.Journal, floorBytes);
        var link = new Listening(Heard);
        var stored = new StoredRounds(history, EdgeBench.WitnessKey);
        var responder = new Responder(link, inbox, stored, EdgeBench.WitnessKey, counters, TimeProvider.System);
        verifiers = new(inbox, 1, 10);
        Loop = null!;
        writer = new(history.Journal, OnDurable, fault => failure = fault);
        Loop = new(
            new(history.Book, new(EdgeBench.WitnessKey)), new(TimeProvider.System), inbox, new(edgeKey), writer,
            verifiers, responder, new(counters, TimeProvider.System, NullLogger<RefusalLog>.Instance), Room)
        {
            Ask = ask => inbox.Post(new Input.AskFailed(ask.Parked)),
        };
        readings = responder.RunReadingsAsync(stop.Token);
        inbox.PostUrgent(new Input.Started("test", true, [1], 0, FreezeCause.None));
        var payer = new RosterDevice(
            device.Public, 1, [(new AccountId(71), 978)], 0x7FE, RosterDevice.Active, new byte[16], new byte[32], []);
        inbox.Post(new Input.RosterCame(new(1, Edge, 7, [], [payer])));
        if (history.Book.Policy is null)
            inbox.Post(new Input.PolicyCame(EdgeBench.Rules, cloud.Sign(
                MessageKind.Policy, PolicyCodec.Encode(EdgeBench.Rules))));
        if (history.Book.NewestLease == 0)
        {
            var grant = new Grant(901, Edge, 1, new AccountId(71), 978, 90_000_00, 0, 86_400, 17, null);
            inbox.Post(new Input.Granted(grant, cloud.Sign(MessageKind.Grant, GrantCodec.Encode(grant)), 0));
        }

        thread = new(Run) { IsBackground = true };
        thread.Start();
    }

    public SigningKey Device { get; }

    public RoundLoop Loop { get; }

    public StoreRoom Room { get; }

    public EdgeBook Book => history.Book;

    /// <summary>Answers in the order in which they went out: "ack, what".</summary>
    public ConcurrentQueue<string> Heard { get; } = new();

    /// <summary>Why the process would have ended; null while it lives.</summary>
    public Exception? Failure => failure;

    public PaymentRequest Sale(long sequence, long amountMinor = 1, UInt128 previous = default) => new()
    {
        Operation = Operation.Sale, Kid = Device.Public.Id, Epoch = 1, Sequence = sequence, Edge = Edge,
        AmountMinor = amountMinor, Currency = 978, Previous = previous,
    };

    public byte[] Sign(PaymentRequest request)
    {
        var payload = RequestCodec.EncodePayload(request);
        var toBeSigned = CoseSign1.ToBeSigned(
            MessageKind.Request, request.Kid, Device.Public.Algorithm, payload);
        return CoseSign1.Encode(request.Kid, Device.Public.Algorithm, payload, Device.Sign(toBeSigned));
    }

    /// <summary>Sends and waits for what is heard; null when the edge dies instead.</summary>
    public string? Send(byte[] message)
    {
        Assert.Equal(WireError.None, RequestCodec.TryParse(message, out var view));
        var before = Heard.Count;
        inbox.Post(new Input.Arrived(new(
            view.ToRequest(), view.Digest(message), message, view.Algorithm, new Asked(view.Kid, message))));
        Assert.True(
            SpinWait.SpinUntil(() => Heard.Count > before || failure is not null, Patience), "nothing was heard");
        return Heard.Count > before ? Heard.Last() : null;
    }

    public static UInt128 DigestOf(byte[] message)
    {
        Assert.Equal(WireError.None, RequestCodec.TryParse(message, out var view));
        return view.Digest(message).High;
    }

    /// <summary>As a process ends: nothing is waited for but the threads.</summary>
    public void Dispose()
    {
        stop.Cancel();
        inbox.Post(static () => { });
        thread.Join();
        readings.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        verifiers.DisposeAsync().AsTask().Wait();
        writer.Dispose();
        history.Dispose();
        counters.Dispose();
        stop.Dispose();
        edgeKey.Dispose();
    }

    private void OnDurable(long lsn, object tag)
    {
        if (tag is not long round) return;
        history.Index.Add(round, lsn);
        inbox.PostUrgent(new Input.RoundDurable(round));
    }

    private void Run()
    {
        try
        {
            Loop.Run(stop.Token);
        }
        catch (Exception fault)
        {
            failure = fault;
        }
    }

    /// <summary>The cloud's key, and who believes it.</summary>
    internal sealed class CloudDocumentsOf : IDisposable
    {
        private readonly SigningKey key = SigningKey.Create(SignatureAlgorithm.EdDsa);

        public CloudDocumentsOf() => Documents = new(key.Public);

        public MqttPay.EdgeAgent.Sync.CloudDocuments Documents { get; }

        public byte[] Sign(MessageKind kind, byte[] payload)
        {
            var toBeSigned = CoseSign1.ToBeSigned(kind, key.Public.Id, key.Public.Algorithm, payload);
            return CoseSign1.Encode(key.Public.Id, key.Public.Algorithm, payload, key.Sign(toBeSigned));
        }

        public void Dispose() => key.Dispose();
    }

    private sealed class Asked(KeyId kid, byte[] payload) : LinkRequest
    {
        public override KeyId Kid { get; } = kid;

        public override ReadOnlyMemory<byte> Payload { get; } = payload;
    }

    private sealed class Listening(ConcurrentQueue<string> heard) : ILink
    {
        public ChannelReader<LinkRequest> Requests { get; } = Channel.CreateBounded<LinkRequest>(1).Reader;

        public void Complete(LinkRequest request, LinkAck ack, ReadOnlyMemory<byte> reply) =>
            heard.Enqueue($"{ack}, {WordsOf(reply.ToArray())}");

        public void Send(KeyId kid, ReadOnlyMemory<byte> reply) => heard.Enqueue("notice");

        public void Flush()
        {
        }

        public void Retain(KeyId kid, ReadOnlyMemory<byte> config)
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static string WordsOf(byte[] message) =>
            ReplyCodec.TryParse(message, out var reply) is not WireError.None ? "silence" : reply switch
            {
                Reply.Final final => $"final {final.Decision.Code}",
                Reply.Hint hint => $"hint {hint.Code}",
                _ => "notice",
            };
    }
}
