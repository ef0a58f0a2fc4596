using System.Buffers.Binary;

namespace MqttPay.Rounds;

/// <summary>The rules by which recovery reads segments. Pure: bytes in, verdict out.</summary>
public static class SegmentScan
{
    /// <summary>Where the frame after one that ends at <paramref name="offset"/> starts.</summary>
    public static long NextStart(long offset, int align) => (offset + align - 1) / align * align;

    /// <summary>
    /// Looks at the place where a frame is expected. The window reaches from there over a largest frame, or to the end
    /// of the segment.
    /// </summary>
    public static ScanStep Next(
        ReadOnlySpan<byte> window, SegmentHeader header, long lsn, uint incarnation, out FrameHead head)
    {
        var check = JournalFrame.Check(window, header.Seed, out head);
        if (check == FrameCheck.Zeros) return ScanStep.Zeros;
        if (check == FrameCheck.Bad) return ScanStep.Bad;
        if (head.Lsn != lsn || head.Fence != header.Fence) return ScanStep.Misplaced;
        if (head.Incarnation < incarnation) return ScanStep.Misplaced;
        if (head.Flags != 0 || head.Kind is not ((ushort)FrameKind.Round or (ushort)FrameKind.Ack))
            return ScanStep.Newer;

        return ScanStep.Frame;
    }

    /// <summary>
    /// The first 8-byte step in the first <paramref name="starts"/> bytes at which a whole frame with this LSN or a
    /// later one stands; -1 when there is none. Only one frame can have been in flight, so a later one behind a bad
    /// one proves damage.
    /// </summary>
    public static int LaterFrame(ReadOnlySpan<byte> window, int starts, SegmentHeader header, long lsn)
    {
        if (Planted.Is(Bug.P6)) return -1;
        for (var start = 0; start < starts && start + JournalFrame.HeadSize <= window.Length; )
        {
            var zeros = window[start..].IndexOfAnyExcept((byte)0);
            if (zeros < 0) return -1;
            if (zeros >= JournalFrame.HeadSize)
            {
                // A frame's first 16 bytes cannot all be zero, so the run of zeros can be passed over.
                start += (zeros - JournalFrame.HeadSize / 2) & -JournalFrame.Alignment;
                continue;
            }

            if (IsFrameFrom(window[start..], header, lsn)) return start;
            start += JournalFrame.Alignment;
        }

        return -1;
    }

    /// <summary>Why the next segment is not the successor of the one before; null when it is.</summary>
    public static string? SuccessorComplaint(SegmentHeader previous, SegmentHeader next)
    {
        if (next.Number != previous.Number + 1)
            return $"segment {next.Number} follows segment {previous.Number}";
        if (next.FirstLsn != next.PreviousLastLsn + 1 || next.FirstLsn <= previous.FirstLsn)
            return $"it starts at {next.FirstLsn} after {next.PreviousLastLsn}";
        if (next.PreviousLength <= SegmentHeader.Bytes || next.PreviousLength > previous.Size)
            return $"it says that its predecessor has {next.PreviousLength} bytes";

        return null;
    }

    /// <summary>Why a header does not belong to the file it stands in; null when it does.</summary>
    public static string? HeaderComplaint(SegmentHeader header, uint edge, uint fence, long nameLsn)
    {
        if (header.Edge != edge) return $"it belongs to edge {header.Edge}";
        if (header.Fence != fence) return $"it belongs to fence {header.Fence}";
        if (header.FirstLsn != nameLsn) return $"it starts at {header.FirstLsn}, its name says {nameLsn}";
        return null;
    }

    private static bool IsFrameFrom(ReadOnlySpan<byte> bytes, SegmentHeader header, long lsn)
    {
        // The cheap fields first: the checksum of up to a mebibyte at every step would be quadratic.
        if (JournalFrame.LsnAt(bytes) < lsn) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]) != header.Fence) return false;
        return JournalFrame.Check(bytes, header.Seed, out _) == FrameCheck.Good;
    }
}
