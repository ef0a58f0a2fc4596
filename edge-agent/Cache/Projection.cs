using MqttPay.EdgeAgent.Storage;
using MqttPay.Payments;

namespace MqttPay.EdgeAgent.Cache;

/// <summary>
/// Follows the durable end of the journal into LiteDB, on a thread of its own. It may lag, fail or be deleted: no
/// payment
/// waits for it, and nothing that decides reads it.
/// </summary>
internal sealed partial class Projection : IDisposable
{
    public const int QueryMax = 1_000;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Journal journal;
    private readonly CacheFiles files;
    private readonly CacheIdentity identity;
    private readonly ProjectionOptions options;
    private readonly Func<StandingsRows>? standings;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Thread thread;
    private readonly ITimer timer;
    private readonly AutoResetEvent wake = new(false);
    private readonly SemaphoreSlim queries = new(2);   // Cursors slow LiteDB's checkpoints: few, and short.
    private readonly Queue<long> failures = [];
    private EdgeCache? cache;
    private StandingsRows? pending;
    private long standingsAt;
    private long durableLsn;
    private long appliedLsn;
    private volatile bool stopping;
    private int failuresEver;
    private int state = (int)ProjectionState.Starting;

    /// <param name="standings">Reads leases, devices and holds from the loop that owns them; may wait for it.</param>
    public Projection(
        Journal journal, IDisk disk, string data, CacheIdentity identity, ProjectionOptions options,
        Func<StandingsRows>? standings, TimeProvider clock, ILogger logger)
    {
        (this.journal, this.identity, this.options, this.standings) = (journal, identity, options, standings);
        (this.clock, this.logger) = (clock, logger);
        files = new(disk, data);
        durableLsn = journal.EndLsn;
        timer = clock.CreateTimer(_ => wake.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        thread = new(Run) { Name = "projection", IsBackground = true };
    }

    public ProjectionState State => (ProjectionState)Volatile.Read(ref state);

    /// <summary>The newest frame in the cache.</summary>
    public long AppliedLsn => Volatile.Read(ref appliedLsn);

    /// <summary>Frames that are durable and not in the cache.</summary>
    public long Lag => Math.Max(0, Volatile.Read(ref durableLsn) - AppliedLsn);

    /// <summary>Failures since the start.</summary>
    public int Failures => Volatile.Read(ref failuresEver);

    /// <summary>
    /// Told of the frame that a cache had and the journal lost: damage of the journal. Set before the start.
    /// </summary>
    public Action<long>? JournalIsShort { get; init; }

    private long WindowFrames => 2L * options.Window;   // Frames hold a decision at least, but for acknowledgements.

    public void Start()
    {
        thread.Start();
        timer.Change(options.ApplyInterval, options.ApplyInterval);
    }

    /// <summary>Says how far the journal is durable. Never waits.</summary>
    public void Signal(long durable)
    {
        Volatile.Write(ref durableLsn, durable);
        if (!stopping && durable - AppliedLsn >= options.DecisionsPerTransaction) wake.Set();
    }

    /// <summary>Applies what is durable now, without waiting for the interval.</summary>
    public void Hurry() => wake.Set();

    /// <summary>Decisions of a range of frames, newest first; null while there is no cache to ask.</summary>
    public IReadOnlyList<DecisionRow>? Decisions(long firstLsn, long lastLsn, int count) => Ask(open => open.Decisions(
        DecisionRow.IdOf(Math.Max(0, firstLsn), 0),
        DecisionRow.IdOf(Math.Min(lastLsn, long.MaxValue >> 17), 0xFFFF),
        newestFirst: true,
        Math.Clamp(count, 1, QueryMax)));

    /// <summary>A payment, by the place that memory knows; null when it is not in the cache (yet).</summary>
    public DecisionRow? Payment(PaymentId id, Func<PaymentId, (long Lsn, int Leaf)?> placeOf) =>
        placeOf(id) is { } place ? Ask(open => open.Decision(DecisionRow.IdOf(place.Lsn, place.Leaf))) : null;

    public IReadOnlyList<LeaseRow>? Leases(int count) => Ask(open => open.Leases(Math.Clamp(count, 1, QueryMax)));

    public IReadOnlyList<DeviceRow>? Devices(int count) => Ask(open => open.Devices(Math.Clamp(count, 1, QueryMax)));

    public IReadOnlyList<HoldRow>? Holds(int count) => Ask(open => open.Holds(Math.Clamp(count, 1, QueryMax)));

    /// <summary>Applies the rest, writes the standings and closes in order. The journal must still be open.</summary>
    public void Dispose()
    {
        stopping = true;
        wake.Set();
        if (thread.IsAlive) thread.Join();
        timer.Dispose();
        wake.Dispose();
        queries.Dispose();
    }

    private void Run()
    {
        while (!stopping && State is not ProjectionState.Off)
        {
            try
            {
                OpenIfNeeded();
                Follow();
                wake.WaitOne();
            }
            catch (Exception fault)
            {
                Fail(fault);   // Whatever it was: the cache is deleted and made again, and payments go on.
            }
        }

        Close();
    }

    private void OpenIfNeeded()
    {
        if (cache is not null || TooEarly()) return;
        Set(ProjectionState.Rebuilding);
        EdgeCache opened;
        if (failures.Count > 0)
        {
            opened = CacheOpening.Rebuild(files, identity, journal, WindowFrames);
            LogRebuilt(logger, "it failed");
        }
        else
        {
            var opening = CacheOpening.Open(files, identity, journal, WindowFrames);
            opened = opening.Cache;
            if (opening.Reason is not null) LogRebuilt(logger, opening.Reason);
            if (opening.LostLsn > 0) JournalIsShort?.Invoke(opening.LostLsn);
        }

        Volatile.Write(ref appliedLsn, opened.AppliedLsn);
        pending = standings?.Invoke();   // Whatever they were: after a start they are written anew.
        Volatile.Write(ref cache, opened);
    }

    /// <summary>Applies everything that is durable, in transactions of bounded size.</summary>
    private void Follow()
    {
        if (cache is null) return;
        cache.ThrowIfFaulted();
        var frames = new List<JournalRows>();
        var count = 0;
        foreach (var entry in journal.ReadFrom(cache.AppliedLsn + 1))
        {
            var rows = JournalRows.Of(entry);
            if (count + rows.Decisions.Count > options.DecisionsPerTransaction && frames.Count > 0)
            {
                Apply(frames);
                (count, frames) = (0, []);
                if (stopping) break;
            }

            frames.Add(rows);
            count += rows.Decisions.Count;
            if (pending is not null && rows.Round == pending.Round) Apply(frames, ref count);
        }

        if (frames.Count > 0) Apply(frames);
        if (pending is null && standings is not null && clock.GetElapsedTime(standingsAt) >= options.StandingsInterval)
            pending = standings();
        WriteStandingsIfReached();
        Set(ProjectionState.Following);
    }

    private void Apply(List<JournalRows> frames, ref int count)
    {
        Apply(frames);
        frames.Clear();
        count = 0;
    }

    private void Apply(IReadOnlyList<JournalRows> frames)
    {
        cache!.Apply(frames);
        while (cache.Rows - options.Window >= options.TrimStep) cache.Trim(options.TrimStep);
        Volatile.Write(ref appliedLsn, cache.AppliedLsn);
        WriteStandingsIfReached();
    }

    /// <summary>Memory is ahead of the disk: its standings wait until the cache has their round.</summary>
    private void WriteStandingsIfReached()
    {
        if (pending is null || cache!.AppliedRound < pending.Round) return;
        cache.WriteStandings(pending);
        (pending, standingsAt) = (null, clock.GetTimestamp());
    }

    private void Fail(Exception fault)
    {
        Take()?.Dispose();
        var now = clock.GetTimestamp();
        while (failures.TryPeek(out var oldest) && clock.GetElapsedTime(oldest, now) > Hour) failures.Dequeue();
        failures.Enqueue(now);
        LogFailed(logger, fault, failures.Count);
        var isOff = failures.Count >= options.FailuresMax || Failures + 1 >= options.FailuresEverMax;
        Set(isOff ? ProjectionState.Off : ProjectionState.Failed);
        Interlocked.Increment(ref failuresEver);
    }

    private bool TooEarly() => failures.Count > 0 && clock.GetElapsedTime(failures.Last()) < options.RebuildGap;

    private void Close()
    {
        if (cache is null) return;
        EdgeCache? closing = null;
        try
        {
            Follow();
            if (standings is not null && cache.AppliedLsn == journal.EndLsn)
            {
                pending = standings();
                WriteStandingsIfReached();
            }

            closing = Take();
            closing?.CloseClean();
            Set(ProjectionState.Closed);
        }
        catch (Exception fault)
        {
            // The state says "open": the next start decides what the files are worth.
            LogFailed(logger, fault, failures.Count + 1);
            (closing ?? Take())?.Dispose();
        }
    }

    /// <summary>Waits for the queries that run, so that nobody reads files that are being closed.</summary>
    private EdgeCache? Take()
    {
        queries.Wait();
        queries.Wait();
        var taken = cache;
        Volatile.Write(ref cache, null);
        pending = null;
        queries.Release(2);
        return taken;
    }

    private T? Ask<T>(Func<EdgeCache, T?> question)
        where T : class
    {
        if (stopping) return null;
        queries.Wait();
        try
        {
            return Volatile.Read(ref cache) is { } open ? question(open) : null;
        }
        finally
        {
            queries.Release();
        }
    }

    private void Set(ProjectionState next) => Volatile.Write(ref state, (int)next);

    [LoggerMessage(5007, LogLevel.Information, "the cache is made again from the journal: {Reason}")]
    private static partial void LogRebuilt(ILogger logger, string reason);

    [LoggerMessage(5008, LogLevel.Warning, "the cache could not follow the journal; failure {Count} within an hour")]
    private static partial void LogFailed(ILogger logger, Exception fault, int count);
}
