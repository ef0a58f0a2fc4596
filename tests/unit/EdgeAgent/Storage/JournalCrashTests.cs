using MqttPay.EdgeAgent.Storage;
using Xunit;
using static MqttPay.UnitTests.EdgeAgent.Storage.JournalUnderTest;

namespace MqttPay.UnitTests.EdgeAgent.Storage;

/// <summary>The n-th step on the disk fails, for every n, and then the process or the machine dies.</summary>
public sealed class JournalCrashTests
{
    public static TheoryData<CrashMode, bool, bool> Crashes
    {
        get
        {
            var crashes = new TheoryData<CrashMode, bool, bool>();
            foreach (var mode in Enum.GetValues<CrashMode>())
            {
                crashes.Add(mode, false, false);
                crashes.Add(mode, false, true);
                crashes.Add(mode, true, false);
                crashes.Add(mode, true, true);
            }

            return crashes;
        }
    }

    [Theory, MemberData(nameof(Crashes))]
    public void Answered_frames_survive_a_failure_of_any_step(CrashMode mode, bool fromThen, bool shortWrites)
    {
        var failures = 0;
        for (var step = 1; ; step++)
        {
            var disk = new SimulatedDisk(seed: step)
            {
                FailAt = step, FailsFromThen = fromThen, ShortWrites = shortWrites,
            };
            var told = new Told();
            var lived = Live(disk, told);
            if (lived && disk.FailAt > disk.Steps) break;

            failures++;
            disk.Crash(mode);
            AssertRecovers(disk, told, $"step {step}");
        }

        Assert.InRange(failures, 60, 1_000);
    }

    [Theory, MemberData(nameof(Crashes))]
    public void A_failure_of_any_step_of_a_recovery_loses_nothing_either(
        CrashMode mode, bool fromThen, bool shortWrites)
    {
        var failures = 0;
        for (var step = 1; ; step++)
        {
            var (disk, told) = TornInTheLastFrame(step);
            (disk.FailsFromThen, disk.ShortWrites, disk.FailAt) = (fromThen, shortWrites, disk.Steps + step);
            var lived = Live(disk, told);
            if (lived && disk.FailAt > disk.Steps) break;

            failures++;
            disk.Crash(mode);
            AssertRecovers(disk, told, $"step {step}");
        }

        Assert.InRange(failures, 20, 1_000);
    }

    [Theory]
    [InlineData(CrashMode.Strict)]
    [InlineData(CrashMode.Prefix)]
    [InlineData(CrashMode.Torn)]
    [InlineData(CrashMode.Reorder)]
    public void What_a_restart_answers_from_an_unsynced_frame_outlives_a_power_cut(CrashMode mode)
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var disk = new SimulatedDisk(seed);
            var journal = Open(disk);
            journal.AppendNext(3);
            disk.FailAt = disk.Steps + 2;   // The write is seen, its sync fails.
            Assert.Throws<JournalFailedException>(() => journal.AppendNext(1));
            disk.Crash(CrashMode.Kill);

            var restarted = Open(disk);
            Assert.Equal(4, restarted.EndLsn);
            disk.Crash(mode);

            using var again = Open(disk, new JournalProof(ExpectedLsn: 4));
            Assert.IsType<JournalVerdict.Clean>(again.Verdict);
            AssertHolds(again, 1, 4);
        }
    }

    [Fact]
    public void A_torn_end_at_any_byte_of_the_last_frame_loses_only_that_frame()
    {
        var whole = ThreeSegments();
        var path = SegmentPath(11);
        const int Start = 4_096 + 736;
        for (var cut = Start; cut < Start + 736; cut++)
        {
            var disk = Copy(whole);
            var bytes = disk[path];
            bytes.AsSpan(cut).Clear();
            disk[path] = bytes;

            using var journal = Open(disk, new JournalProof(ExpectedLsn: 11));

            // The last bytes of a frame may be zero anyway; then nothing was torn.
            var end = bytes.AsSpan().SequenceEqual(whole[path]) ? 12 : 11;
            Assert.IsNotType<JournalVerdict.Damaged>(journal.Verdict);
            AssertHolds(journal, 1, end);
            journal.AppendNext(1);
            AssertHolds(journal, 1, end + 1);
        }
    }

    [Fact]
    public void A_torn_frame_that_others_prove_durable_is_damage()
    {
        var disk = ThreeSegments();
        var bytes = disk[SegmentPath(11)];
        bytes.AsSpan(4_096 + 736 + 100).Clear();
        disk[SegmentPath(11)] = bytes;

        using var journal = Open(disk, new JournalProof(ExpectedLsn: 12));

        Assert.IsType<JournalVerdict.Damaged>(journal.Verdict);
        Assert.Equal(bytes, disk[SegmentPath(11)]);
    }

    [Fact]
    public void Cut_bytes_are_kept_for_diagnosis_and_only_the_newest_few()
    {
        var disk = new SimulatedDisk();
        for (var life = 0; life < 12; life++)
        {
            var journal = Open(disk);
            journal.AppendNext(1);
            disk.FailAt = disk.Steps + 1;
            disk.ShortWrites = true;
            Assert.Throws<JournalFailedException>(() => journal.AppendNext(1));
            disk.Crash(CrashMode.Kill);
        }

        using var last = Open(disk);

        var cut = Assert.IsType<JournalVerdict.Cut>(last.Verdict);
        Assert.Equal("cut-13.bin", cut.KeptAs);
        Assert.InRange(cut.Bytes, 300, 368);
        Assert.Equal(8, disk.Paths.Count(path => path.Contains("cut-")));
    }

    /// <summary>Opens, appends over several segments, retires and closes; false when a step failed.</summary>
    private static bool Live(SimulatedDisk disk, Told told)
    {
        try
        {
            using var journal = Open(disk, new JournalProof(told.Retired, told.Durable));
            Assert.True(journal.Verdict is not JournalVerdict.Damaged, $"{journal.Verdict}");
            Assert.True(journal.EndLsn >= told.Durable);
            told.Durable = journal.EndLsn;
            for (var left = 14; left > 0; left--)
            {
                journal.AppendNext(1);
                told.Durable = journal.EndLsn;
                if (left != 3) continue;

                told.Retired = 5;
                journal.RetireBelow(6);
            }

            return journal.Refusal is null;
        }
        catch (Exception failure) when (failure is JournalFailedException or IOException)
        {
            return false;
        }
    }

    private static void AssertRecovers(SimulatedDisk disk, Told told, string when)
    {
        long end;
        using (var journal = Open(disk, new JournalProof(told.Retired, told.Durable)))
        {
            Assert.True(journal.Verdict is not JournalVerdict.Damaged, $"{when}: {journal.Verdict}");
            end = journal.EndLsn;
            Assert.InRange(end, told.Durable, told.Durable + 1);
            Assert.InRange(journal.FirstLsn, 1, told.Retired + 1);
            AssertHolds(journal, journal.FirstLsn, end);
        }

        disk.Crash(CrashMode.Strict);
        using var again = Open(disk, new JournalProof(told.Retired, end));
        Assert.True(again.Verdict is JournalVerdict.Clean, $"{when}, again: {again.Verdict}");
        Assert.Equal(end, again.EndLsn);
        again.AppendNext(8);
        AssertHolds(again, again.FirstLsn, end + 8);
    }

    private static (SimulatedDisk Disk, Told Told) TornInTheLastFrame(int seed)
    {
        var disk = new SimulatedDisk(seed);
        var journal = Open(disk);
        journal.AppendNext(7);
        (disk.ShortWrites, disk.FailAt) = (true, disk.Steps + 1);
        Assert.Throws<JournalFailedException>(() => journal.AppendNext(1));
        disk.Crash(CrashMode.Kill);
        return (disk, new Told { Durable = 7 });
    }

    private static SimulatedDisk Copy(SimulatedDisk from)
    {
        var copy = new SimulatedDisk();
        foreach (var path in from.Paths)
            copy[path] = from[path];
        return copy;
    }

    /// <summary>What the world was told before the crash.</summary>
    private sealed class Told
    {
        public long Durable { get; set; }

        public long Retired { get; set; }
    }
}
