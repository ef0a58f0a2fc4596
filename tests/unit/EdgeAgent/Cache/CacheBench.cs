using LiteDB;
using LiteDB.Engine;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MqttPay.EdgeAgent.Cache;
using MqttPay.EdgeAgent.Rounds;
using MqttPay.EdgeAgent.Storage;
using MqttPay.Host.Signatures;
using MqttPay.Rounds;
using MqttPay.UnitTests.Core.Rounds;
using MqttPay.UnitTests.EdgeAgent.Storage;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.EdgeAgent.Cache;

/// <summary>An edge that decides, a journal of its rounds, and a cache that follows it on a disk of its own.</summary>
internal sealed class CacheBench : IDisposable
{
    public const string Data = "/data";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SigningKey key = SigningKey.Create(SignatureAlgorithm.EdDsa);
    private readonly EdgeBench bench = EdgeBench.Ready(leaseMinor: 500_00);
    private Projection? projection;
    private int journalled;

    public CacheBench() => Journal = Journal.Open(
        new SimulatedDisk(), Data, new() { SegmentSize = 1 << 16, Background = work => work() }, EdgeBench.Edge, 1);

    public Journal Journal { get; }

    public SimulatedDisk Disk { get; set; } = new();

    public FakeTimeProvider Clock { get; } = new();

    public Guid BootId { get; set; } = new("00000000-0000-0000-0000-000000000001");

    public ProjectionOptions Options { get; set; } = new() { DecisionsPerTransaction = 16, Window = 10_000 };

    public List<long> LostLsns { get; } = [];

    public EdgeBook Book => bench.Book;

    public Projection Projection => projection!;

    public CacheState? State => new CacheFiles(Disk, Data).ReadState();

    public CacheIdentity Identity => new(EdgeBench.Edge, 1, BootId);

    /// <summary>Decides so many payments and journals their rounds.</summary>
    public CacheBench Pay(int count)
    {
        for (; count > 0; count--) bench.Decide(bench.Next(count % 3 == 0 ? EdgeBench.Bob : EdgeBench.Alice));
        var signer = new RoundSigner(key);
        foreach (var round in bench.Written.Skip(journalled))
            Journal.Append(FrameKind.Round, round.Header.Incarnation, RoundCodec.EncodeRound(signer.Sign(round)));
        journalled = bench.Written.Count;
        projection?.Signal(Journal.EndLsn);
        return this;
    }

    public CacheBench Start(Journal? other = null)
    {
        projection = new(
            other ?? Journal, Disk, Data, Identity, Options,
            () => StandingsRows.Of(bench.Book, [EdgeBench.Alice.Id, EdgeBench.Bob.Id]), Clock,
            NullLogger.Instance)
        {
            JournalIsShort = LostLsns.Add,
        };
        projection.Start();
        return this;
    }

    /// <summary>Waits until the cache has all that is journalled.</summary>
    public CacheBench CatchUp()
    {
        Projection.Hurry();
        Until(() => Projection.State is ProjectionState.Following && Projection.AppliedLsn == Journal.EndLsn);
        return this;
    }

    /// <summary>The same when it may fail once first, and is tried again after a while.</summary>
    public CacheBench Recover()
    {
        Until(() => Projection.State is ProjectionState.Following or ProjectionState.Failed);
        Clock.Advance(Options.RebuildGap);
        return CatchUp();
    }

    public static void Until(Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(condition, Patience), "it did not happen within 20 s");

    public CacheBench Stop()
    {
        projection?.Dispose();
        projection = null;
        return this;
    }

    /// <summary>What another process would find if this one were killed now.</summary>
    public SimulatedDisk Image()
    {
        var image = new SimulatedDisk();
        image.CreateFolder($"{Data}/cache");
        foreach (var path in Disk.Paths) image[path] = Disk[path];
        return image;
    }

    /// <summary>
    /// The same when LiteDB, which writes its log in the background, has written all that it was given.
    /// </summary>
    public SimulatedDisk ImageWithDecisions(int count)
    {
        var image = Image();
        Until(() => RowsIn(image) == count || (image = Image()) is null);
        return image;
    }

    public void AssertIsTheFold()
    {
        var journalled = Journal.ReadFrom(1).SelectMany(entry => JournalRows.Of(entry).Decisions).Reverse().ToArray();
        Assert.NotEmpty(journalled);
        Assert.Equal(journalled, Projection.Decisions(0, long.MaxValue, Projection.QueryMax));
        var fold = StandingsRows.Of(bench.Replayed(), [EdgeBench.Alice.Id, EdgeBench.Bob.Id]);
        Assert.Equal(fold.Leases, Projection.Leases(100));
        Assert.Equal(fold.Devices.OrderBy(device => unchecked((long)device.Kid.Value)), Projection.Devices(100));
        Assert.Equal(fold.Holds.Count, Projection.Holds(100)!.Count);
    }

    /// <summary>Counted in a copy, since opening LiteDB's files may change them.</summary>
    private static int RowsIn(SimulatedDisk image)
    {
        var copy = new SimulatedDisk();
        copy.CreateFolder($"{Data}/cache");
        foreach (var path in image.Paths) copy[path] = image[path];
        var (content, log) = new CacheFiles(copy, Data).Open();
        using var database = new LiteDatabase(new LiteEngine(
            new EngineSettings { DataStream = content, LogStream = log, TempStream = new MemoryStream() }));
        return database.GetCollection("decision").Count();
    }

    public void Dispose()
    {
        Stop();
        Journal.Dispose();
        key.Dispose();
    }
}
