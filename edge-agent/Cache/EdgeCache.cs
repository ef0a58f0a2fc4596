using System.Collections.Concurrent;
using LiteDB;
using LiteDB.Engine;

namespace MqttPay.EdgeAgent.Cache;

/// <summary>
/// The open LiteDB files. One thread writes; LiteDB ties a transaction to it. Others may query, two at a time.
/// </summary>
internal sealed class EdgeCache : IDisposable
{
    /// <summary>
    /// Engines until they are closed in order, which a failed one never is: LiteDB's finalizer of an open transaction
    /// throws when its pages were half written, and an exception in a finalizer ends the process. Bounded by how often
    /// the projection tries again.
    /// </summary>
    private static readonly ConcurrentDictionary<EdgeCache, LiteDatabase> Held = [];

    private readonly CacheFiles files;
    private readonly CacheState state;
    private readonly ProjectionStream content;
    private readonly ProjectionStream log;
    private readonly LiteDatabase database;
    private readonly ILiteCollection<BsonDocument> decisions;

    private EdgeCache(CacheFiles files, CacheState state)
    {
        (this.files, this.state) = (files, state);
        (content, log) = files.Open();
        try
        {
            // All three: without a log stream LiteDB would keep the log in memory, and lose it.
            var temporary = new MemoryStream();
            var settings = new EngineSettings { DataStream = content, LogStream = log, TempStream = temporary };
            database = new(new LiteEngine(settings));
            Held[this] = database;
            decisions = database.GetCollection("decision", BsonAutoId.Int64);
        }
        catch (Exception)
        {
            CloseStreams();
            throw;
        }
    }

    public long AppliedLsn { get; private set; }

    public long AppliedRound { get; private set; }

    /// <summary>Up to here the rows of leases, devices and holds are counted; 0 before the first.</summary>
    public long StandingsLsn { get; private set; }

    /// <summary>Decisions that are held.</summary>
    public long Rows { get; private set; }

    public long Bytes => content.Length + log.Length;

    /// <summary>Makes an empty cache that follows the journal from a frame on.</summary>
    public static EdgeCache Create(CacheFiles files, CacheIdentity identity, long fromLsn)
    {
        files.MakeAnew();
        var state = new CacheState(Guid.NewGuid(), CacheState.SchemaVersion, identity, Closed: false, 0);
        files.WriteState(state);   // Durable before LiteDB's first write.
        var cache = new EdgeCache(files, state) { AppliedLsn = fromLsn - 1 };
        try
        {
            cache.InTransaction(static () => { });
            return cache;
        }
        catch (Exception)
        {
            cache.Dispose();
            throw;
        }
    }

    /// <summary>Opens what is there, or returns null when LiteDB does not hold what the state says.</summary>
    public static EdgeCache? Reopen(CacheFiles files, CacheState found, CacheIdentity identity)
    {
        files.WriteState(found with { Identity = identity, Closed = false, AppliedLsn = 0 });
        var cache = new EdgeCache(files, found with { Identity = identity });
        var fits = false;
        try
        {
            fits = cache.ReadMeta() && (!found.Closed || cache.AppliedLsn == found.AppliedLsn);
            return fits ? cache : null;
        }
        finally
        {
            if (!fits) cache.Dispose();
        }
    }

    /// <summary>Applies frames in one transaction, with their LSN inside. To apply one twice changes nothing.</summary>
    public void Apply(IReadOnlyList<JournalRows> frames) => InTransaction(() =>
    {
        Rows += decisions.Upsert(frames.SelectMany(frame => frame.Decisions).Select(RowDocuments.Of));
        var documents = database.GetCollection("document");
        foreach (var frame in frames)
            foreach (var (kind, version) in frame.Documents)
                documents.Upsert(new BsonDocument { ["_id"] = kind, ["version"] = (long)version, ["lsn"] = frame.Lsn });
        AppliedLsn = frames[^1].Lsn;
        AppliedRound = frames.Select(frame => frame.Round).Append(AppliedRound).Max();
    });

    /// <summary>Replaces the rows of leases, devices and holds, all as of the frame that was applied last.</summary>
    public void WriteStandings(StandingsRows rows) => InTransaction(() =>
    {
        Replace("lease", rows.Leases.Select(RowDocuments.Of));
        Replace("device", rows.Devices.Select(RowDocuments.Of));
        Replace("hold", rows.Holds.Select(RowDocuments.Of));
        StandingsLsn = AppliedLsn;
    });

    /// <summary>Deletes the oldest decisions.</summary>
    public void Trim(int count) => InTransaction(() =>
    {
        var oldest = decisions.Query().OrderBy("$._id").Limit(count).ToList();
        if (oldest.Count == 0) return;
        Rows -= decisions.DeleteMany(Query.Between("_id", oldest[0]["_id"], oldest[^1]["_id"]));
    });

    /// <summary>Decisions with ids in a range (both included), in the order asked for.</summary>
    public IReadOnlyList<DecisionRow> Decisions(long first, long last, bool newestFirst, int count)
    {
        var query = decisions.Query().Where(Query.Between("_id", first, last));
        query = newestFirst ? query.OrderByDescending("$._id") : query.OrderBy("$._id");
        return [.. query.Limit(count).ToList().Select(RowDocuments.ToDecision)];
    }

    public DecisionRow? Decision(long id) =>
        decisions.FindById(id) is { } document ? RowDocuments.ToDecision(document) : null;

    public IReadOnlyList<LeaseRow> Leases(int count) => [.. Read("lease", count).Select(RowDocuments.ToLease)];

    public IReadOnlyList<DeviceRow> Devices(int count) => [.. Read("device", count).Select(RowDocuments.ToDevice)];

    public IReadOnlyList<HoldRow> Holds(int count) => [.. Read("hold", count).Select(RowDocuments.ToHold)];

    /// <summary>The version of a document kind in force; null when there is none.</summary>
    public uint? DocumentVersion(string kind) =>
        database.GetCollection("document").FindById(kind) is { } found ? checked((uint)found["version"].AsInt64) : null;

    /// <summary>LiteDB writes in the background too: what failed there is known only by asking.</summary>
    public void ThrowIfFaulted()
    {
        if ((content.Fault ?? log.Fault) is { } fault) throw new IOException("the cache's files failed", fault);
    }

    /// <summary>
    /// Closes in order, so that the next start may open it again. Anything doubtful leaves it for a rebuild.
    /// </summary>
    public void CloseClean()
    {
        database.Checkpoint();
        ThrowIfFaulted();
        database.Dispose();
        ThrowIfFaulted();
        content.Sync();
        log.Sync();
        CloseStreams();
        files.WriteState(state with { Closed = true, AppliedLsn = AppliedLsn });
        Held.TryRemove(this, out _);
    }

    /// <summary>Lets go of the files as they are; the state stays "open".</summary>
    public void Dispose()
    {
        try
        {
            database.Dispose();
        }
        catch (Exception fault) when (fault is IOException or LiteException or ObjectDisposedException)
        {
            // A broken engine cannot write what it still has. Nobody reads these files again.
        }

        CloseStreams();
    }

    private void InTransaction(Action change)
    {
        var before = (AppliedLsn, AppliedRound, StandingsLsn, Rows);
        if (!database.BeginTrans()) throw new InvalidOperationException("a transaction of this thread is open");
        try
        {
            change();
            WriteMeta();
            database.Commit();
        }
        catch (Exception)
        {
            (AppliedLsn, AppliedRound, StandingsLsn, Rows) = before;
            throw;
        }

        ThrowIfFaulted();
    }

    private void WriteMeta() => database.GetCollection("meta").Upsert(new BsonDocument
    {
        ["_id"] = 1,
        ["pair"] = state.Pair,
        ["schema"] = state.Schema,
        ["edge"] = (long)state.Identity.Edge,
        ["fence"] = (long)state.Identity.Fence,
        ["appliedLsn"] = AppliedLsn,
        ["appliedRound"] = AppliedRound,
        ["standingsLsn"] = StandingsLsn,
        ["rows"] = Rows,
    });

    private bool ReadMeta()
    {
        if (database.GetCollection("meta").FindById(1) is not { } meta) return false;
        if (meta["pair"].AsGuid != state.Pair || meta["schema"].AsInt32 != state.Schema) return false;
        AppliedLsn = meta["appliedLsn"].AsInt64;
        AppliedRound = meta["appliedRound"].AsInt64;
        StandingsLsn = meta["standingsLsn"].AsInt64;
        Rows = meta["rows"].AsInt64;
        return true;
    }

    private void Replace(string name, IEnumerable<BsonDocument> rows)
    {
        var collection = database.GetCollection(name);
        collection.DeleteAll();
        collection.Insert(rows);
    }

    private List<BsonDocument> Read(string name, int count) =>
        database.GetCollection(name).Query().OrderBy("$._id").Limit(count).ToList();

    private void CloseStreams()
    {
        content.Dispose();
        log.Dispose();
    }
}
