using MqttPay.Rounds;

namespace MqttPay.EdgeAgent.Storage;

/// <summary>What recovery writes. All of it may be done twice: a crash in between changes nothing.</summary>
internal static class JournalRepair
{
    private const int KeptMax = 8;

    /// <summary>How far bytes other than zero reach behind the end, at most over a largest frame.</summary>
    public static int Remains(Segment segment) => Tail(segment).AsSpan().LastIndexOfAnyExcept((byte)0) + 1;

    /// <summary>Keeps what stands behind the end for diagnosis, then writes zeros over it.</summary>
    public static JournalVerdict.Cut Cut(IDisk disk, string folder, Segment segment, JournalVerdict.Cut cut)
    {
        var tail = Tail(segment);
        var keptAs = Keep(disk, folder, segment.WalkedLsn + 1, tail.AsSpan(0, (int)cut.Bytes));
        segment.File.Write(segment.WalkedTo, new byte[tail.Length]);
        segment.File.SyncContent();
        return cut with { KeptAs = keptAs };
    }

    /// <summary>
    /// Writes the last good frame again. After a kill before its sync, or a failed sync, it may be whole in memory
    /// only; and a repeat would be answered from it.
    /// </summary>
    public static void RewriteLast(Segment segment)
    {
        if (segment.WalkedLsn < segment.FirstLsn) return;

        var (start, size) = segment.Place(segment.WalkedLsn);
        var bytes = new byte[size];
        Invariant.Holds(segment.File.Read(start, bytes) == size);
        segment.File.Write(start, bytes);
        segment.File.SyncContent();
    }

    private static byte[] Tail(Segment segment)
    {
        var start = segment.WalkedTo;
        var reach = SegmentScan.NextStart(JournalFrame.SizeMax, segment.Header.Align);
        var tail = new byte[(int)Math.Clamp(segment.Header.Size - start, 0, reach)];
        var read = segment.File.Read(start, tail);
        return tail[..read];
    }

    private static string Keep(IDisk disk, string folder, long lsn, ReadOnlySpan<byte> bytes)
    {
        var name = JournalFiles.Cut(lsn);
        try
        {
            foreach (var old in disk.List(folder).Where(JournalFiles.IsCut).Order(StringComparer.Ordinal).ToList())
            {
                if (old == name || disk.List(folder).Count(JournalFiles.IsCut) >= KeptMax)
                    disk.Delete(Path.Combine(folder, old));
            }

            var kept = bytes[..Math.Min(bytes.Length, JournalFrame.PayloadMax)];
            using var file = disk.Create(Path.Combine(folder, name), kept.Length);
            file.Write(0, kept);
            file.SyncAll();
            return name;
        }
        catch (IOException cause)
        {
            // They are for a person to look at; an edge whose disk is full must start without them.
            return $"not kept: {cause.Message}";
        }
    }
}
