using MqttPay.EdgeAgent.Storage;
using MqttPay.Rounds;
using Xunit;
using static MqttPay.UnitTests.EdgeAgent.Storage.JournalUnderTest;

namespace MqttPay.UnitTests.EdgeAgent.Storage;

/// <summary>Durable bytes are changed or gone: never a shorter journal that looks whole, nor another record.</summary>
public sealed class JournalDamageTests
{
    private const int EndOfLast = 4_096 + 2 * 736;

    public static TheoryData<long> Segments => [1, 6, 11];

    [Theory, MemberData(nameof(Segments))]
    public void A_flipped_bit_is_cut_harmless_or_damage_and_never_another_record(long segment)
    {
        var path = SegmentPath(segment);
        var whole = ThreeSegments();
        var length = whole[path].Length;
        for (var offset = 0; offset < length; offset++)
        {
            var disk = Copy(whole);
            var bytes = disk[path];
            bytes[offset] ^= (byte)(1 << offset % 8);
            disk[path] = bytes;

            using var journal = Open(disk, new JournalProof(ExpectedLsn: 11));

            var (verdict, end) = Expected(segment, offset);
            Assert.True(journal.Verdict.GetType() == verdict, $"byte {offset}: {journal.Verdict}");
            if (verdict == typeof(JournalVerdict.Damaged)) Assert.InRange(journal.EndLsn, 0, 11);
            else Assert.Equal(end, journal.EndLsn);
            AssertHolds(journal, 1, journal.EndLsn);
        }
    }

    [Fact]
    public void Every_bit_of_the_last_frame_counts()
    {
        var path = SegmentPath(11);
        var whole = ThreeSegments();
        for (var bit = (EndOfLast - 736) * 8; bit < EndOfLast * 8; bit++)
        {
            var disk = Copy(whole);
            var bytes = disk[path];
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            disk[path] = bytes;

            using var journal = Open(disk);

            Assert.IsType<JournalVerdict.Cut>(journal.Verdict);
            Assert.Equal(11, journal.EndLsn);
        }
    }

    [Theory, MemberData(nameof(Segments))]
    public void A_missing_segment_is_damage(long segment)
    {
        var disk = ThreeSegments();
        disk.Remove(SegmentPath(segment));

        using var journal = Open(disk);

        Assert.IsType<JournalVerdict.Damaged>(journal.Verdict);
        Assert.Throws<JournalFailedException>(() => journal.AppendNext(1));
    }

    [Fact]
    public void A_missing_last_segment_is_damage_even_where_the_one_before_was_not_cut_yet()
    {
        var disk = ThreeSegments();
        disk.Remove(SegmentPath(11));
        var bytes = disk[SegmentPath(6)];
        Array.Resize(ref bytes, 8_192);
        disk[SegmentPath(6)] = bytes;

        using var journal = Open(Copy(disk), new JournalProof(ExpectedLsn: 11));

        Assert.IsType<JournalVerdict.Damaged>(journal.Verdict);
    }

    [Fact]
    public void Swapped_segments_are_damage()
    {
        var disk = ThreeSegments();
        (disk[SegmentPath(1)], disk[SegmentPath(6)]) = (disk[SegmentPath(6)], disk[SegmentPath(1)]);

        using var journal = Open(disk);

        Assert.IsType<JournalVerdict.Damaged>(journal.Verdict);
    }

    [Theory]
    [InlineData("13.seg")]
    [InlineData("7.seg")]
    [InlineData("06.seg")]
    [InlineData("6 (copy).seg")]
    public void A_doubled_segment_is_damage(string name)
    {
        var disk = ThreeSegments();
        disk[$"{Folder}/{name}"] = disk[SegmentPath(6)];

        using var journal = Open(disk);

        Assert.IsType<JournalVerdict.Damaged>(journal.Verdict);
    }

    [Fact]
    public void Every_shorter_length_of_the_last_segment_is_damage()
    {
        var whole = ThreeSegments();
        for (var length = 0; length < 8_192; length += 41)
        {
            var disk = Copy(whole);
            disk[SegmentPath(11)] = whole[SegmentPath(11)][..length];

            using var journal = Open(disk);

            Assert.IsType<JournalVerdict.Damaged>(journal.Verdict);
        }
    }

    [Fact]
    public void Frames_of_another_segment_do_not_pass()
    {
        var disk = ThreeSegments();
        var bytes = disk[SegmentPath(11)];

        // Frame 8 stands third in its segment; its LSN is made to fit, so only the seed can tell.
        var stale = disk[SegmentPath(6)].AsSpan(4_096 + 2 * 736, 736).ToArray();
        stale[8] = 13;
        BitConverter.TryWriteBytes(stale, Crc32C.Of(0x5EED_0007 + 7, stale.AsSpan(4)));
        stale.CopyTo(bytes.AsSpan(EndOfLast));
        disk[SegmentPath(11)] = bytes;

        using var journal = Open(disk);

        Assert.IsType<JournalVerdict.Cut>(journal.Verdict);
        AssertHolds(journal, 1, 12);
    }

    [Fact]
    public void A_stale_frame_of_the_same_segment_is_damage()
    {
        var disk = ThreeSegments();
        var bytes = disk[SegmentPath(11)];
        bytes.AsSpan(4_096, 736).CopyTo(bytes.AsSpan(EndOfLast));
        disk[SegmentPath(11)] = bytes;

        using var journal = Open(disk);

        Assert.IsType<JournalVerdict.Damaged>(journal.Verdict);
    }

    [Fact]
    public void A_lost_frame_before_a_whole_one_is_damage_at_that_place()
    {
        var disk = ThreeSegments();
        var bytes = disk[SegmentPath(11)];
        bytes.AsSpan(4_096, 736).Clear();
        disk[SegmentPath(11)] = bytes;

        using var journal = Open(disk);

        var damaged = Assert.IsType<JournalVerdict.Damaged>(journal.Verdict);
        Assert.Equal(("11.seg", 4_096L), (damaged.File, damaged.Offset));
        AssertHolds(journal, 1, 10);
    }

    [Fact]
    public void Salvage_finds_every_whole_frame_before_and_behind_the_damage()
    {
        var disk = ThreeSegments();
        var bytes = disk[SegmentPath(6)];
        bytes.AsSpan(4_096 + 736 + 99, 736).Clear();   // Parts of frames 7 and 8.
        disk[SegmentPath(6)] = bytes;

        var entries = JournalSalvage.Read(disk, Data, Edge, Fence).ToList();

        Assert.Equal([1L, 2L, 3L, 4L, 5L, 6L, 9L, 10L, 11L, 12L], entries.Select(entry => entry.Lsn));
        Assert.All(entries, entry => Assert.Equal(Payload(entry.Lsn), entry.Payload));
    }

    [Fact]
    public void Salvage_of_a_whole_journal_finds_all_of_it()
    {
        var entries = JournalSalvage.Read(ThreeSegments(), Data, Edge, Fence);

        Assert.Equal(Enumerable.Range(1, 12).Select(lsn => (long)lsn), entries.Select(entry => entry.Lsn));
    }

    [Fact]
    public void Damage_leaves_the_files_as_they_are()
    {
        var disk = ThreeSegments();
        disk.Remove(SegmentPath(6));
        var before = disk.Paths.Select(path => (path, Convert.ToHexString(disk[path]))).ToList();

        Open(disk).Dispose();

        Assert.Equal(before, disk.Paths.Select(path => (path, Convert.ToHexString(disk[path]))));
    }

    [Fact]
    public void Another_edge_or_fence_is_damage()
    {
        var disk = ThreeSegments();

        using var journal = Journal.Open(disk, Data, Small(), Edge + 1, Fence);

        Assert.IsType<JournalVerdict.Damaged>(journal.Verdict);
    }

    [Fact]
    public void A_frame_of_a_newer_version_stops_the_start()
    {
        var disk = new SimulatedDisk();
        using (var journal = Open(disk))
            journal.Append((FrameKind)3, 1, [1]);

        Assert.Throws<JournalFailedException>(() => Open(disk));
    }

    [Fact]
    public void A_frame_that_rots_while_the_journal_is_open_is_not_read()
    {
        var disk = ThreeSegments();
        using var journal = Open(disk);
        using var file = disk.Open(SegmentPath(6), writable: true);
        file.Write(4_096 + 40, [0xFF, 0xFF, 0xFF, 0xFF]);

        Assert.Null(journal.ReadPayload(6));
        Assert.Equal(Payload(7), journal.ReadPayload(7));
        Assert.Throws<InvalidDataException>(() => journal.ReadFrom(5).ToList());
    }

    private static (Type Verdict, long End) Expected(long segment, int offset)
    {
        if (segment != 11 || offset < EndOfLast - 736) return (typeof(JournalVerdict.Damaged), 0);
        return (typeof(JournalVerdict.Cut), offset < EndOfLast ? 11 : 12);
    }

    private static SimulatedDisk Copy(SimulatedDisk from)
    {
        var copy = new SimulatedDisk();
        foreach (var path in from.Paths)
            copy[path] = from[path];
        return copy;
    }
}
