using MqttPay.EdgeAgent.Storage;

namespace MqttPay.EdgeAgent.Cache;

/// <summary>
/// How a cache is opened at start: kept where nothing speaks against it, made again in every doubtful case.
/// </summary>
/// <param name="Reason">Why it was made again; null when it was kept.</param>
/// <param name="LostLsn">
/// The frame that the cache had applied and the journal no longer holds, or 0. A cache is never ahead of the journal,
/// so
/// durable frames are missing there: damage.
/// </param>
internal sealed record CacheOpening(EdgeCache Cache, string? Reason, long LostLsn)
{
    /// <param name="windowFrames">A rebuild reads at most so many of the newest frames.</param>
    public static CacheOpening Open(CacheFiles files, CacheIdentity identity, Journal journal, long windowFrames)
    {
        files.MakeFolder();
        var found = files.ReadState();
        var (kept, reason) = TryReopen(files, identity, found, journal);
        var applied = kept?.AppliedLsn ?? (found?.MayReopen(identity) is true ? found.AppliedLsn : 0);
        if (applied > journal.EndLsn)
        {
            kept?.Dispose();
            (kept, reason) = (null, $"it had applied frame {applied}, and the journal ends at {journal.EndLsn}");
            return new(Rebuild(files, identity, journal, windowFrames), reason, applied);
        }

        var isTooFarBehind = journal.EndLsn - applied >= windowFrames || applied + 1 < journal.FirstLsn;
        if (kept is not null && isTooFarBehind)
        {
            kept.Dispose();
            (kept, reason) = (null, "it was further behind than it reaches back");
        }

        return new(kept ?? Rebuild(files, identity, journal, windowFrames), reason, 0);
    }

    public static EdgeCache Rebuild(CacheFiles files, CacheIdentity identity, Journal journal, long windowFrames) =>
        EdgeCache.Create(files, identity, Math.Max(journal.FirstLsn, journal.EndLsn - windowFrames + 1));

    private static (EdgeCache? Cache, string? Reason) TryReopen(
        CacheFiles files, CacheIdentity identity, CacheState? found, Journal journal)
    {
        if (found is null) return (null, "there was none, or none that is whole");
        if (!found.MayReopen(identity)) return (null, "it is of another schema, edge, fence, or life of the machine");
        EdgeCache? cache = null;
        try
        {
            cache = EdgeCache.Reopen(files, found, identity);
            if (cache is null) return (null, "LiteDB does not hold what the state says");
            if (found.Closed || cache.AppliedLsn > journal.EndLsn) return (cache, null);
            if (CacheCheck.Difference(cache, journal) is not { } difference) return (cache, null);
            cache.Dispose();
            return (null, difference);
        }
        catch (Exception fault)
        {
            // Whatever LiteDB says about files that a dead process left: they are not needed.
            if (fault is OutOfMemoryException) throw;
            cache?.Dispose();
            return (null, $"opening it failed: {fault.Message}");
        }
    }
}
