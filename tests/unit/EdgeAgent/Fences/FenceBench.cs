using MqttPay.EdgeAgent.Fences;
using MqttPay.EdgeAgent.Rounds;
using MqttPay.EdgeAgent.Storage;
using MqttPay.EdgeAgent.Sync;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.UnitTests.Core.Rounds;
using MqttPay.UnitTests.EdgeAgent.Storage;
using MqttPay.Wire;

namespace MqttPay.UnitTests.EdgeAgent.Fences;

/// <summary>An edge whose rounds stand in a journal on a simulated disk, and the cloud's key.</summary>
internal sealed class FenceBench : IDisposable
{
    public const string Data = "/data";
    private const uint Edge = EdgeBench.Edge;

    private readonly SigningKey cloud = SigningKey.Create(SignatureAlgorithm.EdDsa);
    private readonly SigningKey key = SigningKey.Create(SignatureAlgorithm.EdDsa);
    private History? history;
    private EdgeBench? bench;
    private int journalled;
    private long lease = 900;

    public FenceBench() => Documents = new(cloud.Public);

    public SimulatedDisk Disk { get; set; } = new();

    public CloudDocuments Documents { get; }

    public FenceOrders Orders => new(Disk, Data, Edge, Documents);

    public History History => history!;

    public EdgeBench Bench => bench!;

    public EdgeBook Book => History.Book;

    public StoredRounds Stored => new(History, EdgeBench.WitnessKey);

    public Journal Journal => History.Journal;

    /// <summary>Recovers what is on the disk and begins another incarnation.</summary>
    public FenceBench Start()
    {
        Open(readOnly: false);
        (bench, journalled) = (new(Book), 0);
        Bench.Do(new Input.Started("test", false, [1], 0, FreezeCause.None));
        return Write();
    }

    /// <summary>Recovers, and nothing more.</summary>
    public FenceBench Open(bool readOnly)
    {
        history?.Dispose();
        history = null;
        var options = new JournalOptions
        {
            SegmentSize = 1 << 16, Background = work => work(), PlaceOf = RoundPlaces.Of,
        };
        history = History.Recover(Disk, Data, readOnly ? null : options, Edge, Documents);
        return this;
    }

    /// <summary>Policy and a lease for Alice, as the cloud signs them.</summary>
    public FenceBench Fund()
    {
        var policy = Sign(MessageKind.Policy, PolicyCodec.Encode(EdgeBench.Rules));
        if (Book.Policy is null) Bench.Do(new Input.PolicyCame(EdgeBench.Rules, policy));
        Write();
        var grant = new Grant(
            ++lease, Edge, Book.Fence, new AccountId(71), 978, 20_00, 1_790_000_000, 86_400, 17, null);
        Bench.Do(new Input.Granted(grant, Sign(MessageKind.Grant, GrantCodec.Encode(grant)), 0));
        return Write();
    }

    public Decision Pay(PaymentRequest request)
    {
        var decision = Bench.Decide(request);
        Write();
        return decision;
    }

    public PaymentRequest Sale() => Bench.Next(EdgeBench.Alice);

    /// <summary>The cloud acknowledges up to a round.</summary>
    public void Acknowledge(long round)
    {
        var message = Sign(MessageKind.Ack, AckCodec.Encode(new(Edge, Book.Fence, round, RootOf(round))));
        Journal.Append(FrameKind.Ack, Book.Incarnation, message);
        Bench.Do(new Input.Acknowledged(new(Edge, Book.Fence, round, RootOf(round))));
    }

    public Hash RootOf(long round) => Bench.Written.First(each => each.Header.Number == round).Root;

    public byte[] Order(uint fence, long round, Hash root, uint edge = Edge, MessageKind kind = MessageKind.Fence) =>
        Sign(kind, AckCodec.Encode(new(edge, fence, round, root)));

    public FenceBench Stop()
    {
        history?.Dispose();
        history = null;
        return this;
    }

    public void Dispose()
    {
        Stop();
        cloud.Dispose();
        key.Dispose();
    }

    private FenceBench Write()
    {
        Bench.Sync();
        var signer = new RoundSigner(key);
        foreach (var round in Bench.Written.Skip(journalled))
        {
            var lsn = Journal.Append(
                FrameKind.Round, round.Header.Incarnation, RoundCodec.EncodeRound(signer.Sign(round)));
            History.Index.Add(round.Header.Number, lsn);
        }

        journalled = Bench.Written.Count;
        return this;
    }

    private byte[] Sign(MessageKind kind, byte[] payload)
    {
        var toBeSigned = CoseSign1.ToBeSigned(kind, cloud.Public.Id, cloud.Public.Algorithm, payload);
        return CoseSign1.Encode(cloud.Public.Id, cloud.Public.Algorithm, payload, cloud.Sign(toBeSigned));
    }
}
