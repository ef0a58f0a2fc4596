using MqttPay.Rounds;

namespace MqttPay.EdgeAgent.Storage;

/// <summary>
/// What an edge knows for certain: frames in segments, one write and one sync each. One thread appends; any thread may
/// read what is durable. After any failure it refuses everything, and the process is to end.
/// </summary>
internal sealed class Journal : IDisposable
{
    private readonly IDisk disk;
    private readonly string folder;
    private readonly JournalOptions options;
    private readonly uint edge;
    private readonly uint fence;
    private readonly IDisposable? held;
    private readonly JournalSpare spare;

    // Guards the list of segments, which the appending thread lengthens and whoever retires shortens. Readers take a
    // snapshot of the array instead.
    private readonly Lock changing = new();

    private volatile Segment[] segments;
    private volatile string? refusal;
    private volatile bool unfinished;
    private long endLsn;
    private uint incarnation;
    private byte[] frame = [];

    private Journal(IDisk disk, string folder, JournalOptions options, uint edge, uint fence, IDisposable? held)
    {
        (this.disk, this.folder, this.options, this.edge, this.fence, this.held) =
            (disk, folder, options, edge, fence, held);
        segments = [];
        spare = new JournalSpare(disk, folder, options, cause => refusal ??= $"making the spare: {cause.Message}");
    }

    public JournalVerdict Verdict { get; private set; } = new JournalVerdict.Clean();

    /// <summary>The last durable frame, 0 when there is none.</summary>
    public long EndLsn => Volatile.Read(ref endLsn);

    /// <summary>The oldest frame that is still kept, or the next one when there is none.</summary>
    public long FirstLsn => segments is [var first, ..] ? first.FirstLsn : EndLsn + 1;

    /// <summary>The incarnation of the last frame, 0 when the journal is empty.</summary>
    public uint Incarnation => Volatile.Read(ref incarnation);

    /// <summary>Bytes of headers and frames that are kept.</summary>
    public long Bytes => segments.Sum(segment => segment.Length);

    /// <summary>Bytes of the segments that hold a frame from this one on: what waits, to within a segment.</summary>
    public long BytesFrom(long lsn) =>
        segments.Where(segment => segment.LastLsn >= lsn).Sum(segment => segment.Length);

    /// <summary>Whether the largest frame fits. A round starts only then, so no append meets a full disk.</summary>
    public bool HasRoom => spare.Ready || (segments is [.., var open] && RoomIn(open) >= LargestFrame);

    /// <summary>Why it refuses, or null.</summary>
    public string? Refusal =>
        Verdict is JournalVerdict.Damaged damaged ? $"damaged: {damaged.What}"
        : refusal ?? (unfinished ? "an append did not finish" : null);

    private long LargestFrame => Math.Min(JournalFrame.SizeMax, options.SegmentSize - SegmentHeader.Bytes);

    /// <summary>
    /// Opens the journal of a fence under the agent's data folder: finds its end, cuts a frame that never became
    /// durable, and writes the last good one again. <paramref name="check"/> sees each frame after the snapshot in
    /// order and may complain, which is damage.
    /// </summary>
    public static Journal Open(
        IDisk disk,
        string data,
        JournalOptions options,
        uint edge,
        uint fence,
        JournalProof proof = default,
        Func<JournalEntry, string?>? check = null)
    {
        Invariant.Holds(options.SegmentSize % SegmentHeader.Bytes == 0 && options.Align is 8 or SegmentHeader.Bytes);
        Invariant.Holds(options.SegmentSize is > SegmentHeader.Bytes and <= 1L << 32);

        var folder = JournalFiles.Folder(data, fence);
        if (!options.AllowVolatile && disk.Volatile(data) is { } fileSystem)
            throw new JournalFailedException($"{data} is on {fileSystem}, which is no disk of this machine.");

        JournalFolders.Make(disk, data, folder);
        var held = disk.Lock(Path.Combine(folder, "lock"));
        var journal = new Journal(disk, folder, options, edge, fence, held);
        try
        {
            journal.Recover(new JournalRecovery(disk, folder, edge, fence, proof, check));
            return journal;
        }
        catch (Exception failure)
        {
            journal.Dispose();
            if (failure is IOException) throw new JournalFailedException("recovery could not write", failure);
            throw;
        }
    }

    /// <summary>
    /// Opens the journal of a fence that is over, or another's, to be read only; null when there is none. What is
    /// damaged ends it there.
    /// </summary>
    public static Journal? OpenPast(
        IDisk disk, string data, uint edge, uint fence, Func<JournalEntry, string?>? check = null)
    {
        var folder = JournalFiles.Folder(data, fence);
        if (!disk.List(folder).Any(JournalFiles.IsSegment)) return null;
        var journal = new Journal(disk, folder, new(), edge, fence, held: null) { refusal = "it is only read" };
        try
        {
            journal.Read(new JournalRecovery(disk, folder, edge, fence, default, check, writable: false));
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>Writes one frame and returns its LSN once it is durable.</summary>
    public long Append(FrameKind kind, uint incarnation, ReadOnlySpan<byte> payload)
    {
        if (Refusal is { } reason) throw new JournalFailedException(reason);

        var size = JournalFrame.SizeOf(payload.Length);
        Invariant.Holds(payload.Length is > 0 and <= JournalFrame.PayloadMax && size <= LargestFrame);
        Invariant.Holds(incarnation >= this.incarnation);

        // Whatever leaves this method early leaves this behind: nobody knows then what is on the disk.
        unfinished = true;
        try
        {
            var changed = segments is not [.., var last] || RoomIn(last) < size;
            if (changed) ChangeSegment(kind, payload);
            var lsn = Write(segments[^1], kind, incarnation, payload);
            unfinished = false;
            if (changed) options.Background(AfterChange);
            return lsn;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            refusal = cause.Message;
            throw new JournalFailedException(cause.Message, cause);
        }
    }

    /// <summary>A durable frame's payload; null when it has retired, is not there, or cannot be read.</summary>
    public byte[]? ReadPayload(long lsn)
    {
        if (lsn > EndLsn || Find(segments, lsn) is not { } segment) return null;

        try
        {
            return segment.Read(lsn).Payload;
        }
        catch (Exception cause) when (cause is IOException or InvalidDataException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>
    /// The frames from an LSN, or from the oldest that is kept, to the durable end, which may move meanwhile. Throws
    /// <see cref="InvalidDataException"/> at one that is not readable.
    /// </summary>
    public IEnumerable<JournalEntry> ReadFrom(long lsn)
    {
        for (var next = Math.Max(lsn, FirstLsn); next <= EndLsn; next++)
        {
            if (ReadOrRetired(next) is { } entry) yield return entry;
            else next = FirstLsn - 1;
        }
    }

    /// <summary>
    /// Deletes closed segments that lie wholly below, oldest first, and returns how many. The caller has proved that
    /// the cloud and the snapshots have them.
    /// </summary>
    public int RetireBelow(long lsn)
    {
        if (Refusal is { } reason) throw new JournalFailedException(reason);

        var retired = 0;
        lock (changing)
        {
            for (; segments.Length > 1 && segments[0].LastLsn < lsn; retired++)
                Retire(segments[0]);
        }

        if (retired > 0) PrepareSpare();
        return retired;
    }

    /// <summary>Makes the next spare in the background if there is none: after room was made on a full disk.</summary>
    public void PrepareSpare() => options.Background(spare.Make);

    public void Dispose()
    {
        refusal ??= "closed";
        spare.Dispose();
        lock (changing)
        {
            foreach (var segment in segments)
                segment.Dispose();
        }

        held?.Dispose();
    }

    private void Read(JournalRecovery recovery)
    {
        recovery.Run();
        segments = [.. recovery.Segments];
        endLsn = recovery.EndLsn;
        incarnation = recovery.Incarnation;
        Verdict = recovery.Verdict;
    }

    private void Recover(JournalRecovery recovery)
    {
        Read(recovery);
        if (Verdict is JournalVerdict.Damaged) return;

        if (segments is [.., var last])
        {
            if (Verdict is JournalVerdict.Cut cut) Verdict = JournalRepair.Cut(disk, folder, last, cut);
            JournalRepair.RewriteLast(last);
        }

        // A rename that a killed process did not sync is visible, but not yet durable.
        disk.SyncFolder(folder);
        if (!HasRoom) spare.Make();
        options.Background(AfterChange);
    }

    private long Write(Segment segment, FrameKind kind, uint incarnation, ReadOnlySpan<byte> payload)
    {
        var (lsn, start, size) = (endLsn + 1, segment.NextStart, JournalFrame.SizeOf(payload.Length));
        if (frame.Length < size) frame = new byte[Math.Min(JournalFrame.SizeMax, size * 2)];
        JournalFrame.Write(frame, segment.Header.Seed, lsn, fence, incarnation, (ushort)kind, payload);
        segment.File.Write(start, frame.AsSpan(0, size));
        segment.File.SyncContent();

        segment.Add(start, size);
        Volatile.Write(ref this.incarnation, incarnation);
        Volatile.Write(ref endLsn, lsn);
        return lsn;
    }

    private void ChangeSegment(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        var place = kind == FrameKind.Round && options.PlaceOf is { } placeOf ? placeOf(payload.ToArray()) : default;
        var previous = segments is [.., var last] ? last : null;
        var header = new SegmentHeader(
            edge, fence, (previous?.Header.Number ?? 0) + 1, endLsn + 1, place.Number, place.PreviousRoot,
            options.Seed(), options.Align, options.SegmentSize, endLsn, previous?.Length ?? 0);

        var path = Path.Combine(folder, JournalFiles.Segment(header.FirstLsn));
        var file = spare.Become(path, header.Encode());
        lock (changing)
        {
            previous?.Close(endLsn, previous.Length);
            segments = [.. segments, new Segment(header, path, file)];
        }
    }

    private void AfterChange()
    {
        spare.Make();
        lock (changing)
        {
            if (refusal is not null) return;

            try
            {
                foreach (var closed in segments.SkipLast(1).Where(closed => closed.File.Length > closed.Length))
                {
                    closed.File.SetLength(closed.Length);
                    closed.File.SyncAll();
                }
            }
            catch (IOException cause)
            {
                refusal = $"cutting a closed segment: {cause.Message}";
            }
        }
    }

    private void Retire(Segment oldest)
    {
        try
        {
            disk.Delete(oldest.Path);

            // Each one alone: were a later deletion durable before an earlier one, a gap would look like damage.
            disk.SyncFolder(folder);
        }
        catch (IOException cause)
        {
            refusal = $"retiring {oldest.Path}: {cause.Message}";
            throw new JournalFailedException(refusal, cause);
        }

        segments = segments[1..];
        oldest.Dispose();
    }

    private JournalEntry? ReadOrRetired(long lsn)
    {
        try
        {
            return Find(segments, lsn)?.Read(lsn);
        }
        catch (ObjectDisposedException) when (lsn < FirstLsn)
        {
            return null;
        }
    }

    private static long RoomIn(Segment segment) => segment.Header.Size - segment.NextStart;

    private static Segment? Find(Segment[] among, long lsn)
    {
        for (var index = among.Length - 1; index >= 0; index--)
        {
            if (among[index].FirstLsn <= lsn) return among[index];
        }

        return null;
    }
}
