using MqttPay.Rounds;

namespace MqttPay.EdgeAgent.Storage;

/// <summary>
/// Reads what is left of a damaged journal: every whole frame before and behind the damage, so that the cloud can have
/// it. Only reads, and proves nothing about what is missing.
/// </summary>
internal static class JournalSalvage
{
    private const int Step = 1 << 20;

    /// <summary>The frames of a fence in the order of its files; without its header a segment tells nothing.</summary>
    public static IEnumerable<JournalEntry> Read(IDisk disk, string data, uint edge, uint fence)
    {
        var folder = JournalFiles.Folder(data, fence);
        var firsts = disk.List(folder)
            .Where(JournalFiles.IsSegment)
            .Select(name => JournalFiles.TryParseSegment(name, out var lsn) ? lsn : 0)
            .Where(lsn => lsn > 0)
            .Order();
        foreach (var first in firsts)
        {
            using var file = disk.Open(Path.Combine(folder, JournalFiles.Segment(first)), writable: false);
            var bytes = new byte[SegmentHeader.Bytes];
            if (SegmentHeader.Read(bytes.AsSpan(0, file.Read(0, bytes)), out _) is not { } header) continue;
            if (SegmentScan.HeaderComplaint(header, edge, fence, first) is not null) continue;

            foreach (var entry in Frames(new SegmentReader(file), header, file.Length))
                yield return entry;
        }
    }

    private static IEnumerable<JournalEntry> Frames(SegmentReader reader, SegmentHeader header, long length)
    {
        long offset = SegmentHeader.Bytes;
        while (offset < length)
        {
            if (Next(reader, header, length, ref offset) is { } entry) yield return entry;
        }
    }

    /// <summary>The next whole frame within a step, and moves behind it or over the step.</summary>
    private static JournalEntry? Next(SegmentReader reader, SegmentHeader header, long length, ref long offset)
    {
        var window = reader.From(offset, Step + JournalFrame.SizeMax, length);
        var found = SegmentScan.LaterFrame(window, Step, header, header.FirstLsn);
        if (found < 0)
        {
            offset += Step;
            return null;
        }

        JournalFrame.Check(window[found..], header.Seed, out var head);
        offset += found + head.Size;
        return Segment.EntryOf(head, window[found..]);
    }
}
