using MqttPay.EdgeAgent.Storage;
using MqttPay.Rounds;
using MqttPay.Simulation.Disks;
using MqttPay.Simulation.Kernel;
using MqttPay.Wire;

namespace MqttPay.Simulation.Nodes;

/// <summary>How the process starts, stops, and is set back.</summary>
internal sealed partial class EdgeNode
{
    private readonly List<long> found = [];
    private IReadOnlyList<(string, SimFile)>? backup;
    private List<Ack> backupOrders = [];
    private uint seeds;

    /// <summary>Recovers, journals the start, and only then takes requests.</summary>
    public void Start()
    {
        life++;
        Reset();
        var book = new EdgeBook(Id, 1);
        JournalVerdict verdict;
        try
        {
            verdict = Recover(book);
        }
        catch (JournalFailedException)
        {
            RestartLater();
            return;
        }

        var (elapsed, bounded) = StartClock.Resume(book, Clock.BootId, Clock.BootSeconds, Clock.Unix);
        Clock.ResumeAt(elapsed);
        var freeze = verdict is JournalVerdict.Damaged ? FreezeCause.Journal
            : bounded ? FreezeCause.None : FreezeCause.Clock;
        world.Watch.Recovered(this, book, freeze, verdict.ToString());
        machine = new(book, new(WitnessKey));
        urgent.Enqueue(new Input.Started("sim", false, Clock.BootId, Clock.BootSeconds, freeze));
        if (roster is not null) urgent.Enqueue(new Input.RosterCame(roster, rosterDigest));
        PlanTurn();
        PlanSync(draws.Between(100_000, 2_000_000));
        PlanTime();
    }

    /// <summary>Ends the process; what was not synced fares as the mode says. It starts again after a while.</summary>
    public void Stop(CrashMode mode, bool from1970 = false)
    {
        if (machine is null && mode is CrashMode.Kill) return;
        CatchInFlight();
        Fall(mode);
        if (mode is not CrashMode.Kill) Clock.Boot(from1970);
        RestartLater();
    }

    /// <summary>Keeps a copy of the disk, as a backup does.</summary>
    public void Backup() => (backup, backupOrders) = (disk.Snapshot(), [.. orders]);

    /// <summary>The machine comes back from its backup. Returns false when there is none.</summary>
    public bool Restore()
    {
        if (backup is null) return false;
        Fall(CrashMode.Strict);
        disk.Restore(backup);
        orders = [.. backupOrders];
        world.Watch.SetBack(this);
        Clock.Boot(false);
        RestartLater();
        return true;
    }

    /// <summary>A bit changes while the machine is off.</summary>
    public bool Rot()
    {
        Fall(CrashMode.Strict);
        var rotten = disk.Rot();
        if (rotten) world.Watch.Rotted(this);
        Clock.Boot(false);
        RestartLater();
        return rotten;
    }

    private void Fall(CrashMode mode)
    {
        if (disk.Lies && mode is not CrashMode.Kill) world.Watch.SetBack(this);
        life++;
        machine = null;
        foreach (var journal in journals) journal.Dispose();
        Reset();
        disk.Crash(mode);
    }

    private void Reset()
    {
        urgent.Clear();
        waiting.Clear();
        jobs.Clear();
        acks.Clear();
        index.Clear();
        journals.Clear();
        signedHeaders.Clear();
        refusedUntil.Clear();
        (writing, ackInFlight, turnPlanned, syncing, syncPlanned) = (false, false, false, false, false);
        (sentThrough, resendFrom, askable, requestsWaiting, asks) = (0, null, false, 0, 0);
    }

    /// <summary>The write that was under way may have got as far as any of its steps.</summary>
    private void CatchInFlight()
    {
        if (!writing || !jobs.TryPeek(out var job) || journals.Count == 0) return;
        var reach = draws.Below(4);
        if (reach == 3) return;   // Nothing of it had begun.
        disk.FailAfter = reach == 2 ? -1 : reach;
        try
        {
            journals[^1].Append(job.Kind, job.Incarnation, job.Payload);
        }
        catch (JournalFailedException)
        {
            disk.FailAfter = -1;
        }
    }

    private void RestartLater() =>
        world.Agenda.In(draws.Between(100_000, 8_000_000), Node, Happening.EdgeRestarts, () =>
        {
            if (machine is null) Start();
        });

    /// <summary>Replays the journal of each fence in order, and the cloud's orders in between.</summary>
    private JournalVerdict Recover(EdgeBook book)
    {
        world.Watch.Replays(this);
        var verdict = Open(book, 1);
        foreach (var order in orders)
        {
            if (Replay.Refence(book, order) is { } complaint) throw new InvariantException($"fence order: {complaint}");
            var kept = (int)Math.Min(order.Round, index.Count);
            index.RemoveRange(kept, index.Count - kept);
            while (index.Count < order.Round) index.Add((journals[0], long.MaxValue));   // Not held here any more.
            world.Watch.ReplaysOrder(this, order);
            verdict = Open(book, order.Fence);
        }

        return verdict;
    }

    private JournalVerdict Open(EdgeBook book, uint fence)
    {
        var journal = Journal.Open(disk, "/data", Options(), Id, fence, default, entry => Check(book, entry));
        journals.Add(journal);
        foreach (var lsn in found) index.Add((journal, lsn));
        found.Clear();
        return journal.Verdict;
    }

    private string? Check(EdgeBook book, JournalEntry entry)
    {
        if (entry.Kind is FrameKind.Ack)
        {
            if (CoseSign1.TryParse(entry.Payload, out var envelope) is not WireError.None
                || AckCodec.TryParse(entry.Payload.AsSpan(envelope.Payload), out var ack) is not WireError.None)
                return "no acknowledgement";
            if (!Replay.Apply(book, ack!)) return "an acknowledgement of another history";
            world.Watch.ReplayedAck(this, ack!);
            return null;
        }

        if (RoundCodec.TryParseRound(entry.Payload, out var round, out _) is var error and not WireError.None)
            return $"no round: {error}";
        if (Replay.Apply(book, round!, entry.Payload.Length) is { } complaint) return complaint;
        found.Add(entry.Lsn);
        world.Watch.Replayed(this, round!, entry.Payload);
        return null;
    }

    private JournalOptions Options() => new()
    {
        SegmentSize = 128 << 10,
        Background = static work => work(),
        Seed = () => unchecked(++seeds * 2_654_435_761u),
    };
}
