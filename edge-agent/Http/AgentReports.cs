using MqttPay.EdgeAgent.Cache;
using MqttPay.EdgeAgent.Rounds;
using MqttPay.EdgeAgent.Storage;
using MqttPay.EdgeAgent.Fences;
using MqttPay.EdgeAgent.Sync;
using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Http;

/// <summary>
/// Reads what operators ask for: state from the loop that owns it, proofs from the journal, counts from memory.
/// </summary>
internal sealed class AgentReports(
    string data, long diskFloorBytes, RoundLoop loop, History history, StoredRounds stored, SyncLoop sync,
    Connectivity connectivity, EdgeClock clock, EdgeCounters counters, BranchUpload branch, StoreRoom room,
    Projection? cache)
{
    private const int RecentMax = 1_000;

    /// <summary>Journal and cache together, as measured.</summary>
    private const long BytesPerDecision = 490;

    public async Task<AgentStatus> StatusAsync()
    {
        // Nothing that touches a disk happens on the loop's thread: payments are decided there.
        var (spent, recent) = LastHour();
        var free = new DriveInfo(Path.GetFullPath(data)).AvailableFreeSpace;
        var status = await loop.AskAsync(machine => StatusOf(machine.Book, free, spent, recent));
        var oldest = status.Watermark + 1;
        return status with
        {
            Outbox = status.Outbox with
            {
                Bytes = history.Index.Find(oldest) is var (_, lsn) ? history.Journal.BytesFrom(lsn) : 0,
                OldestSeconds = status.Outbox.Records > 0 && stored.RoundAt(oldest) is { } round
                    ? Math.Max(0, status.Unix - round.Header.Unix)
                    : null,
            },
        };
    }

    public Task<IReadOnlyList<LeaseReport>> LeasesAsync() => loop.AskAsync<IReadOnlyList<LeaseReport>>(machine =>
    [
        .. machine.Book.Leases.Values.Select(lease => new LeaseReport(
            lease.Id, lease.Account?.ToString(), lease.Currency, lease.LimitMinor, lease.SpentMinor,
            lease.RemainingMinor, AgentJson.NameOf(lease.State), lease.OpenHolds, SecondsLeft(lease))),
    ]);

    public Task<IReadOnlyList<ExposureReport>> ExposureAsync() =>
        loop.AskAsync(static machine => ExposureReport.Of(machine.Book));

    public async Task<PaymentReport?> PaymentAsync(PaymentId id)
    {
        var (found, watermark) = await loop.AskAsync(machine => (machine.Book.Find(id), machine.Book.Watermark));
        if (found?.Place is not { } place || stored.RoundAt(place.Round) is not { } round) return null;
        if (round.Leaves[place.Leaf] is not Leaf.Decided decided) return null;
        if (RequestCodec.TryParse(decided.Request, out var view) is not WireError.None) return null;
        if (DecisionCodec.TryParse(decided.Decision, out var decision) is not WireError.None) return null;
        var request = view.ToRequest();
        return new(
            id.ToString(), request.Kid.ToString(), request.Epoch, request.Sequence, AgentJson.NameOf(request.Operation),
            AgentJson.NameOf(decision!.Code), request.AmountMinor, decision.AmountMinor, request.Currency,
            decision.Lease, decision.Evidence.ToString(), decision.Policy, round.Header.Edge, place.Round, place.Leaf,
            round.Header.Unix,
            place.Round <= watermark, Convert.ToHexStringLower(decided.Request),
            stored.Rebuild(place) is { } reply ? Convert.ToHexStringLower(reply) : null);
    }

    private AgentStatus StatusOf(EdgeBook book, long free, long spentLastHour, int decidedLastHour)
    {
        var active = book.Leases.Values.Where(lease => lease.State is LeaseState.Active).ToArray();
        return new()
        {
            Edge = book.Edge,
            Fence = book.Fence,
            Incarnation = book.Incarnation,
            Round = book.Head,
            Watermark = book.Watermark,
            Frozen = book.Frozen is FreezeCause.None ? null : AgentJson.NameOf(book.Frozen),
            Online = connectivity.IsOnline,
            ContactSecondsAgo = sync.LastContact is { } at ? Math.Max(0, clock.Unix - at.ToUnixTimeSeconds())
                : book.ContactSeconds > 0 ? clock.Now.ElapsedSeconds - book.ContactSeconds : null,
            SafeUntil = SafeUntil.Of(
                [.. active.Select(lease => (lease.RemainingMinor, SecondsLeft(lease)))], spentLastHour,
                free - diskFloorBytes, decidedLastHour * BytesPerDecision),
            Leases = [.. book.Leases.Values.GroupBy(lease => lease.Currency).OrderBy(group => group.Key).Select(SumOf)],
            Outbox = OutboxOf(book),
            Approved = book.Decided.GetValueOrDefault(DecisionCode.Approved),
            Declined = Named(book.Decided.Where(count => count.Key is not DecisionCode.Approved)),
            Hints = Named(counters.HintsByCode),
            Refused = Named(counters.RefusedByError),
            Repeats = counters.Repeats,
            ExposureMinor = book.EdgeExposureMinor,
            Exposure = ExposureReport.Of(book),
            LimitDeclines = Named(counters.LimitsByCode),
            LostRounds = branch.Standing,
            DiskFull = !room.MayDecide,
            DiskFreeBytes = free,
            DiskFloorBytes = diskFloorBytes,
            JournalBytes = history.Journal.Bytes,
            JournalRefusal = history.Journal.Refusal,
            CacheState = AgentJson.NameOf(cache?.State ?? ProjectionState.Off),
            CacheLag = cache?.Lag ?? 0,
            Unix = clock.Unix,
            ElapsedSeconds = clock.Now.ElapsedSeconds,
            ClockBounded = book.Frozen is not FreezeCause.Clock,
        };
    }

    private OutboxReport OutboxOf(EdgeBook book) => new(
        book.Batches.OutboxDecisions, book.Batches.OutboxBatches, Bytes: 0, OldestSeconds: null, book.Watermark,
        book.Head, sync.Quarantine,
        [.. book.Batches.Waiting.Select(batch => new OutboxBatch(batch.FirstRound, batch.LastRound, batch.Decisions))]);

    private LeaseSum SumOf(IGrouping<int, Lease> leases)
    {
        var active = leases.Where(lease => lease.State is LeaseState.Active).ToArray();
        var payers = active.Where(lease => !lease.IsFloat).ToArray();
        var floats = active.Where(lease => lease.IsFloat).ToArray();
        return new(
            leases.Key, active.Length, leases.Count() - active.Length,
            payers.Sum(lease => lease.LimitMinor), payers.Sum(lease => lease.RemainingMinor),
            floats.Sum(lease => lease.LimitMinor), floats.Sum(lease => lease.RemainingMinor),
            active.Length == 0 ? null : active.Min(SecondsLeft));
    }

    private long SecondsLeft(Lease lease)
    {
        if (lease.State is not LeaseState.Active) return 0;
        var age = Math.Max(0, clock.Now.ElapsedSeconds - lease.SinceSeconds);
        return Math.Max(0, lease.SpendSeconds - Lease.GuardSeconds - age - (age * Lease.DriftPpm / 1_000_000));
    }

    /// <summary>
    /// What the newest decisions of the cache say; where they do not reach back an hour, it is scaled.
    /// </summary>
    private (long SpentMinor, int Decisions) LastHour()
    {
        if (cache?.Decisions(0, long.MaxValue, RecentMax) is not { Count: > 0 } rows) return (0, 0);
        var now = clock.Unix;
        var recent = rows.Where(row => row.Unix + 3_600L > now).ToArray();
        var spent = recent.Sum(row => row.AmountMinor);
        if (recent.Length < RecentMax) return (spent, recent.Length);
        var span = Math.Max(1, now - recent[^1].Unix);
        return (spent * 3_600 / span, (int)Math.Min(int.MaxValue, RecentMax * 3_600L / span));
    }

    private static Dictionary<string, long> Named<T>(IEnumerable<KeyValuePair<T, long>> counts)
        where T : struct, Enum => counts.ToDictionary(count => AgentJson.NameOf(count.Key), count => count.Value);
}
