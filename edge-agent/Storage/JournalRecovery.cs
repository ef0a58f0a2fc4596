using MqttPay.Rounds;

namespace MqttPay.EdgeAgent.Storage;

/// <summary>Finds out what a journal's files hold. Only reads: <see cref="JournalRepair"/> does the writing.</summary>
internal sealed class JournalRecovery(
    IDisk disk, string folder, uint edge, uint fence, JournalProof proof, Func<JournalEntry, string?>? check,
    bool writable = true)
{
    private uint incarnation;

    /// <summary>The segments up to the damage, if there is any, oldest first.</summary>
    public List<Segment> Segments { get; } = [];

    public JournalVerdict Verdict { get; private set; } = new JournalVerdict.Clean();

    /// <summary>The incarnation of the last good frame, 0 when none was read.</summary>
    public uint Incarnation => incarnation;

    /// <summary>The last frame before the end or the damage.</summary>
    public long EndLsn => Segments.Count == 0 ? 0 : Segments[^1].WalkedLsn;

    public void Run()
    {
        var names = disk.List(folder).Where(JournalFiles.IsSegment).ToList();
        var stray = names.Where(name => !JournalFiles.TryParseSegment(name, out _)).Order(StringComparer.Ordinal);
        if (stray.FirstOrDefault() is { } unexpected)
            Damage(unexpected, 0, "a segment with a name that no segment has");

        foreach (var name in names.Where(name => JournalFiles.TryParseSegment(name, out _)).OrderBy(FirstLsn))
        {
            var file = OpenFile(name);
            if (Readable(name, () => Take(name, file))) continue;

            if (Segments.Count == 0 || Segments[^1].File != file) file.Dispose();
            break;
        }

        if (Segments.Count > 0) Readable(Path.GetFileName(Segments[^1].Path), ScanLast);
        if (Verdict is not JournalVerdict.Damaged && EndLsn < proof.DurableLsn)
            Damage(NameOfLast(), OffsetOfEnd(), $"ends at {EndLsn}, but {proof.DurableLsn} was durable");
        if (Segments.Count > 0) Segments[^1].EndAtWalked();
    }

    /// <summary>A file that cannot be opened may open at the next start: that is a failure, and no damage.</summary>
    private IDiskFile OpenFile(string name)
    {
        try
        {
            return disk.Open(Path.Combine(folder, name), writable);
        }
        catch (IOException cause)
        {
            throw new JournalFailedException($"{name} could not be opened", cause);
        }
    }

    /// <summary>Judges a header, and through it the predecessor, which ends where the successor says.</summary>
    private void Take(string name, IDiskFile file)
    {
        var bytes = new byte[SegmentHeader.Bytes];
        var header = SegmentHeader.Read(bytes.AsSpan(0, file.Read(0, bytes)), out var version);
        if (version > SegmentHeader.Version)
            throw new JournalFailedException($"{name} was written by a newer version (format {version}).");

        var complaint = header is null ? "its header is not readable" : ComplaintOf(header, name);
        if (complaint is not null)
        {
            Damage(name, 0, complaint);
            return;
        }

        if (Segments.Count > 0)
        {
            var previous = Segments[^1];
            previous.Close(header!.PreviousLastLsn, header.PreviousLength);
            ScanClosed(previous);
            if (Verdict is JournalVerdict.Damaged) return;
        }

        Segments.Add(new Segment(header!, Path.Combine(folder, name), file));
    }

    private string? ComplaintOf(SegmentHeader header, string name)
    {
        if (SegmentScan.HeaderComplaint(header, edge, fence, FirstLsn(name)) is { } own) return own;
        if (Segments.Count > 0) return SegmentScan.SuccessorComplaint(Segments[^1].Header, header);
        if (header.FirstLsn > proof.SnapshotLsn + 1)
            return $"it starts at {header.FirstLsn}, frames from {proof.SnapshotLsn + 1} on are missing";

        return null;
    }

    private void ScanClosed(Segment segment)
    {
        // What a snapshot covers is not replayed; it is read and checked when somebody asks for it.
        if (segment.LastLsn <= proof.SnapshotLsn) return;

        var reader = new SegmentReader(segment.File);
        var (lastLsn, length) = (segment.LastLsn, segment.Length);
        var step = segment.Walk(reader, lastLsn, length, ref incarnation, VisitFor(segment));
        if (Verdict is JournalVerdict.Damaged) return;
        if (segment.WalkedLsn != lastLsn) DamageAt(segment, step);
        else if (SegmentScan.NextStart(length, segment.Header.Align) != segment.WalkedTo)
            DamageAt(segment, "its frames do not end where its successor says");
    }

    private void ScanLast()
    {
        var segment = Segments[^1];
        if (Verdict is JournalVerdict.Damaged && segment.LastLsn >= segment.FirstLsn) return;

        var reader = new SegmentReader(segment.File);
        var step = segment.Walk(reader, long.MaxValue, segment.Header.Size, ref incarnation, VisitFor(segment));
        if (Verdict is JournalVerdict.Damaged) return;
        if (step is ScanStep.Misplaced or ScanStep.Newer)
            DamageAt(segment, step);
        else if (segment.File.Length < segment.Header.Size)
            DamageAt(segment, "it was closed, but its successor is missing");
        else if (LaterFrame(segment, reader) is { } later)
            Damage(NameOfLast(), segment.WalkedTo, $"no frame {segment.WalkedLsn + 1}, but a later one at {later}");
        else if (segment.WalkedLsn >= proof.DurableLsn && JournalRepair.Remains(segment) is var remains && remains > 0)
            Verdict = new JournalVerdict.Cut(remains, "");
    }

    private static long? LaterFrame(Segment segment, SegmentReader reader)
    {
        const int Step = 1 << 20;
        var size = segment.Header.Size;
        for (var offset = segment.WalkedTo + JournalFrame.Alignment; offset < size; offset += Step)
        {
            var window = reader.From(offset, Step + JournalFrame.SizeMax, size);
            var found = SegmentScan.LaterFrame(window, Step, segment.Header, segment.WalkedLsn + 1);
            if (found >= 0) return offset + found;
        }

        return null;
    }

    private FrameVisit VisitFor(Segment segment) => (start, head, bytes) =>
    {
        if (check is null || head.Lsn <= proof.SnapshotLsn) return true;
        if (check(Segment.EntryOf(head, bytes)) is not { } complaint) return true;

        Damage(Path.GetFileName(segment.Path), start, complaint);
        return false;
    };

    private bool Readable(string name, Action read)
    {
        try
        {
            read();
        }
        catch (IOException unreadable)
        {
            Damage(name, 0, unreadable.Message);
        }

        return Verdict is not JournalVerdict.Damaged;
    }

    private void DamageAt(Segment segment, ScanStep step)
    {
        if (step == ScanStep.Newer)
            throw new JournalFailedException($"{segment.Path}: a frame was written by a newer version.");

        DamageAt(segment, step switch
        {
            ScanStep.Misplaced => $"another frame stands where {segment.WalkedLsn + 1} belongs",
            _ => $"no frame {segment.WalkedLsn + 1}",
        });
    }

    private void DamageAt(Segment segment, string what) =>
        Damage(Path.GetFileName(segment.Path), segment.WalkedTo, what);

    // The first finding counts: what follows it may only be its consequence.
    private void Damage(string file, long offset, string what)
    {
        if (Verdict is not JournalVerdict.Damaged) Verdict = new JournalVerdict.Damaged(file, offset, what);
    }

    private string NameOfLast() => Segments.Count == 0 ? folder : Path.GetFileName(Segments[^1].Path);

    private long OffsetOfEnd() => Segments.Count == 0 ? 0 : Segments[^1].WalkedTo;

    private static long FirstLsn(string name) => JournalFiles.TryParseSegment(name, out var lsn) ? lsn : 0;
}
