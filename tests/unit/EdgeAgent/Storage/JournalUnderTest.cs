using MqttPay.EdgeAgent.Storage;
using MqttPay.Rounds;
using Xunit;

namespace MqttPay.UnitTests.EdgeAgent.Storage;

/// <summary>A small journal on a simulated disk, and frames whose payload tells their LSN.</summary>
internal static class JournalUnderTest
{
    public const string Data = "/data";
    public const string Folder = "/data/journal/3";
    public const uint Edge = 9;
    public const uint Fence = 3;

    private static readonly byte[]?[] Known = new byte[64][];

    /// <summary>Two pages a segment, nothing in the background, and seeds that repeat from run to run.</summary>
    public static JournalOptions Small()
    {
        var seed = 0x5EED_0000u;
        return new JournalOptions { SegmentSize = 8_192, Seed = () => seed += 7, Background = work => work() };
    }

    public static Journal Open(
        IDisk disk,
        JournalProof proof = default,
        JournalOptions? options = null,
        Func<JournalEntry, string?>? check = null) =>
        Journal.Open(disk, Data, options ?? Small(), Edge, Fence, proof, check);

    public static byte[] Payload(long lsn, int size = 700)
    {
        if (lsn < Known.Length && size == 700) return Known[lsn] ??= Draw(lsn, size);
        return Draw(lsn, size);
    }

    private static byte[] Draw(long lsn, int size)
    {
        var payload = new byte[size];
        new Random((int)lsn).NextBytes(payload);
        return payload;
    }

    public static void AppendNext(this Journal journal, int count, int size = 700)
    {
        for (var left = count; left > 0; left--)
            journal.Append(FrameKind.Round, 1, Payload(journal.EndLsn + 1, size));
    }

    /// <summary>A journal of 12 frames in three segments, closed in good order.</summary>
    public static SimulatedDisk ThreeSegments()
    {
        var disk = new SimulatedDisk();
        using var journal = Open(disk);
        journal.AppendNext(12);
        return disk;
    }

    public static string SegmentPath(long firstLsn) => $"{Folder}/{firstLsn}.seg";

    /// <summary>All frames from the first to the end, each with the payload of its LSN.</summary>
    public static void AssertHolds(Journal journal, long first, long last)
    {
        var entries = journal.ReadFrom(first).ToList();
        var lsns = Enumerable.Range((int)first, (int)(last - first + 1)).Select(lsn => (long)lsn);
        Assert.Equal(lsns, entries.Select(entry => entry.Lsn));

        // Spans, since comparing arrays one element at a time would take most of the time of these tests.
        Assert.All(entries, entry => Assert.True(Payload(entry.Lsn).AsSpan().SequenceEqual(entry.Payload)));
        Assert.All(entries, entry => Assert.True(journal.ReadPayload(entry.Lsn).AsSpan().SequenceEqual(entry.Payload)));
    }
}
