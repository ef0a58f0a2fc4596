using MqttPay.EdgeAgent.Storage;
using MqttPay.Rounds;
using Xunit;
using static MqttPay.UnitTests.EdgeAgent.Storage.JournalUnderTest;

namespace MqttPay.UnitTests.EdgeAgent.Storage;

public sealed class JournalTests
{
    [Fact]
    public void An_empty_folder_is_clean_and_ends_at_zero()
    {
        using var journal = Open(new SimulatedDisk());

        Assert.IsType<JournalVerdict.Clean>(journal.Verdict);
        Assert.Equal(0, journal.EndLsn);
        Assert.Empty(journal.ReadFrom(1));
        Assert.Null(journal.ReadPayload(1));
    }

    [Fact]
    public void An_empty_folder_is_damaged_when_a_frame_was_proved_durable()
    {
        using var journal = Open(new SimulatedDisk(), new JournalProof(ExpectedLsn: 1));

        Assert.IsType<JournalVerdict.Damaged>(journal.Verdict);
        Assert.Throws<JournalFailedException>(() => journal.Append(FrameKind.Round, 1, Payload(1)));
    }

    [Fact]
    public void Frames_come_back_in_order_over_three_segments()
    {
        var disk = ThreeSegments();

        using var journal = Open(disk);

        Assert.IsType<JournalVerdict.Clean>(journal.Verdict);
        Assert.Equal(3, disk.Paths.Count(path => path.EndsWith(".seg", StringComparison.Ordinal)) - 1);
        AssertHolds(journal, 1, 12);
    }

    [Fact]
    public void A_closed_segment_is_cut_to_its_frames_and_the_open_one_keeps_its_room()
    {
        var disk = ThreeSegments();

        var lengths = new[] { 1L, 6, 11 }.Select(segment => disk[SegmentPath(segment)].Length);

        Assert.Equal([4_096 + 5 * 736, 4_096 + 5 * 736, 8_192], lengths);
    }

    [Fact]
    public void Reading_starts_anywhere_and_ends_at_the_durable_end()
    {
        using var journal = Open(ThreeSegments());

        AssertHolds(journal, 7, 12);
        Assert.Empty(journal.ReadFrom(13));
        Assert.Null(journal.ReadPayload(13));
    }

    [Fact]
    public void What_a_snapshot_covers_is_not_replayed_but_can_be_read()
    {
        var seen = new List<long>();
        string? See(JournalEntry entry)
        {
            seen.Add(entry.Lsn);
            return null;
        }

        using var journal = Open(ThreeSegments(), new JournalProof(SnapshotLsn: 7), check: See);

        Assert.Equal([8L, 9L, 10L, 11L, 12L], seen);
        AssertHolds(journal, 1, 12);
    }

    [Fact]
    public void A_complaint_of_the_check_is_damage_at_that_frame()
    {
        using var journal = Open(ThreeSegments(), check: entry => entry.Lsn == 8 ? "its root does not fit" : null);

        var damaged = Assert.IsType<JournalVerdict.Damaged>(journal.Verdict);
        Assert.Equal(new JournalVerdict.Damaged("6.seg", 4_096 + 2 * 736, "its root does not fit"), damaged);
        AssertHolds(journal, 1, 7);
    }

    [Fact]
    public void Retirement_deletes_only_closed_segments_wholly_below()
    {
        var disk = ThreeSegments();
        using (var journal = Open(disk))
        {
            Assert.Equal(0, journal.RetireBelow(5));
            Assert.Equal(1, journal.RetireBelow(6));
            Assert.Equal(1, journal.RetireBelow(1_000));
            Assert.Equal(11, journal.FirstLsn);
            Assert.Null(journal.ReadPayload(10));
            AssertHolds(journal, 11, 12);
        }

        using var again = Open(disk, new JournalProof(SnapshotLsn: 10));
        Assert.IsType<JournalVerdict.Clean>(again.Verdict);
        AssertHolds(again, 11, 12);
    }

    [Fact]
    public void Retired_frames_that_no_snapshot_covers_are_damage()
    {
        var disk = ThreeSegments();
        using (var journal = Open(disk))
            journal.RetireBelow(6);

        using var again = Open(disk, new JournalProof(SnapshotLsn: 4));

        Assert.IsType<JournalVerdict.Damaged>(again.Verdict);
    }

    [Fact]
    public void A_second_journal_on_the_same_folder_is_refused()
    {
        var disk = new SimulatedDisk();
        using var first = Open(disk);

        Assert.Throws<IOException>(() => Open(disk));
    }

    [Fact]
    public void A_file_system_that_forgets_is_refused_unless_allowed()
    {
        var disk = new SimulatedDisk { FileSystem = "tmpfs" };

        Assert.Throws<JournalFailedException>(() => Open(disk));
        Open(disk, options: Small() with { AllowVolatile = true }).Dispose();
    }

    [Fact]
    public void A_full_disk_leaves_no_room_until_something_retires()
    {
        var disk = new SimulatedDisk { Room = 2 * 8_192 };
        using var journal = Open(disk);
        journal.AppendNext(6);
        Assert.False(journal.HasRoom);

        Assert.Equal(1, journal.RetireBelow(6));

        Assert.False(journal.HasRoom);
        disk.Room = 8_192;
        journal.PrepareSpare();
        Assert.True(journal.HasRoom);
    }

    [Fact]
    public void A_spare_made_while_a_segment_changes_leaves_the_segment_alone()
    {
        var disk = new SimulatedDisk();
        using (var journal = Open(disk))
        {
            journal.AppendNext(5);
            Thread? late = null;
            disk.Renaming = () =>
            {
                // The background comes late. It has to wait for the change, so this wait is given up after a while.
                late = new Thread(journal.PrepareSpare);
                late.Start();
                late.Join(TimeSpan.FromMilliseconds(200));
            };
            journal.AppendNext(2);
            late!.Join();
        }

        disk.Crash(CrashMode.Strict);
        using var again = Open(disk, new JournalProof(ExpectedLsn: 7));
        Assert.IsType<JournalVerdict.Clean>(again.Verdict);
        AssertHolds(again, 1, 7);
    }

    [Fact]
    public void Frames_aligned_to_a_block_start_at_blocks_and_come_back()
    {
        var disk = new SimulatedDisk();
        var options = Small() with { Align = 4_096, SegmentSize = 5 * 4_096 };
        using (var journal = Open(disk, options: options))
            journal.AppendNext(6);

        using var again = Open(disk, options: options);

        Assert.IsType<JournalVerdict.Clean>(again.Verdict);
        Assert.Contains(SegmentPath(5), disk.Paths);
        AssertHolds(again, 1, 6);
    }

    [Fact]
    public void The_largest_payload_fits_and_one_byte_more_is_a_bug()
    {
        using var journal = Open(new SimulatedDisk(), options: Small() with { SegmentSize = 2 << 20 });

        Assert.Equal(1, journal.Append(FrameKind.Round, 1, new byte[JournalFrame.PayloadMax]));
        Assert.Throws<InvariantException>(
            () => journal.Append(FrameKind.Round, 1, new byte[JournalFrame.PayloadMax + 1]));
    }

    [Fact]
    public void An_incarnation_never_falls()
    {
        using var journal = Open(new SimulatedDisk());
        journal.Append(FrameKind.Round, 2, [1]);

        Assert.Throws<InvariantException>(() => journal.Append(FrameKind.Round, 1, [1]));
    }
}
