using MqttPay.Rounds;

namespace MqttPay.EdgeAgent.Storage;

/// <summary>
/// One segment file and the places of its frames. One thread adds frames; any thread may look up those that were added
/// before the journal's durable end moved over them.
/// </summary>
internal sealed class Segment(SegmentHeader header, string path, IDiskFile file) : IDisposable
{
    // Only the first look-up into a segment that recovery did not have to read takes it: two may come at once.
    private readonly Lock indexing = new();

    // Starts of frames divided by 8, and last where the next one would start.
    private int[] places = [SegmentHeader.Bytes / JournalFrame.Alignment];
    private int frames;
    private long closedLastLsn;

    public SegmentHeader Header => header;

    public string Path => path;

    public IDiskFile File => file;

    public long FirstLsn => header.FirstLsn;

    /// <summary>The last frame: the indexed one while open, what the successor's header says once closed.</summary>
    public long LastLsn => closedLastLsn == 0 ? header.FirstLsn + frames - 1 : closedLastLsn;

    /// <summary>Where the last frame ends.</summary>
    public long Length { get; private set; } = SegmentHeader.Bytes;

    /// <summary>Where the next frame would start.</summary>
    public long NextStart => SegmentScan.NextStart(Length, header.Align);

    /// <summary>Its successor is durable and tells how it ended.</summary>
    public void Close(long lastLsn, long length)
    {
        Length = length;
        closedLastLsn = lastLsn;
    }

    /// <summary>Takes a closing back: what the successor promised is not there, so only what was read counts.</summary>
    public void EndAtWalked() => closedLastLsn = 0;

    public void Add(long start, int size)
    {
        Invariant.Holds(start == (long)places[frames] * JournalFrame.Alignment);
        if (frames + 1 == places.Length)
        {
            var grown = new int[Math.Max(64, places.Length * 2)];
            places.CopyTo(grown, 0);
            Volatile.Write(ref places, grown);
        }

        if (closedLastLsn == 0) Length = start + size;
        places[frames + 1] = (int)(SegmentScan.NextStart(start + size, header.Align) / JournalFrame.Alignment);
        Volatile.Write(ref frames, frames + 1);
    }

    /// <summary>The payload of a durable frame, read and checked anew.</summary>
    public JournalEntry Read(long lsn)
    {
        if (closedLastLsn != 0) IndexAll();
        var (start, size) = Place(lsn);
        var bytes = new byte[size];
        var read = file.Read(start, bytes);
        var step = SegmentScan.Next(bytes.AsSpan(0, read), header, lsn, 0, out var head);
        if (step != ScanStep.Frame) throw Unreadable(start, lsn);

        return EntryOf(head, bytes);
    }

    /// <summary>Where an indexed frame starts, and how far the next one's start is.</summary>
    public (long Start, int Size) Place(long lsn)
    {
        var index = (int)(lsn - header.FirstLsn);
        var known = Volatile.Read(ref places);
        var start = (long)known[index] * JournalFrame.Alignment;
        return (start, (int)((long)known[index + 1] * JournalFrame.Alignment - start));
    }

    /// <summary>Visits frames from where the index ends up to an LSN; stops at one that is not as expected.</summary>
    public ScanStep Walk(SegmentReader reader, long lastLsn, long limit, ref uint incarnation, FrameVisit? visit)
    {
        while (header.FirstLsn + frames <= lastLsn)
        {
            var start = (long)places[frames] * JournalFrame.Alignment;
            var bytes = reader.From(start, JournalFrame.SizeMax, limit);
            var step = SegmentScan.Next(bytes, header, header.FirstLsn + frames, incarnation, out var head);
            if (step != ScanStep.Frame) return step;
            if (visit is not null && !visit(start, head, bytes)) return ScanStep.Frame;

            incarnation = head.Incarnation;
            Add(start, head.Size);
        }

        return ScanStep.Zeros;
    }

    /// <summary>Where the walk stands: the start of the first frame that is not indexed.</summary>
    public long WalkedTo => (long)places[frames] * JournalFrame.Alignment;

    public long WalkedLsn => header.FirstLsn + frames - 1;

    public void Dispose() => file.Dispose();

    public static JournalEntry EntryOf(FrameHead head, ReadOnlySpan<byte> frame) =>
        new(head.Lsn, (FrameKind)head.Kind, head.Incarnation,
            frame.Slice(JournalFrame.HeadSize, head.Length).ToArray());

    private void IndexAll()
    {
        if (Volatile.Read(ref frames) == closedLastLsn - header.FirstLsn + 1) return;

        lock (indexing)
        {
            var incarnation = 0u;
            Walk(new SegmentReader(file), closedLastLsn, Length, ref incarnation, visit: null);
            if (WalkedLsn != closedLastLsn) throw Unreadable(WalkedTo, WalkedLsn + 1);
        }
    }

    private InvalidDataException Unreadable(long offset, long lsn) =>
        new($"{path} at {offset}: frame {lsn} is not readable");
}

/// <summary>Sees one frame of a walk; false ends it there, and the frame does not count.</summary>
internal delegate bool FrameVisit(long start, FrameHead head, ReadOnlySpan<byte> bytes);
