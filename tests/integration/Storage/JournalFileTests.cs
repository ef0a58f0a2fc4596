using MqttPay.EdgeAgent.Storage;
using MqttPay.Rounds;
using Xunit;
using Opened = MqttPay.EdgeAgent.Storage.Journal;

namespace MqttPay.IntegrationTests.Storage;

/// <summary>The journal on real files, with its background threads.</summary>
public sealed class JournalFileTests : IDisposable
{
    private const uint Edge = 9;
    private const uint Fence = 3;
    private const int Size = 64 << 10;

    private static readonly JournalOptions Small = new() { SegmentSize = Size, AllowVolatile = true };

    private readonly string data = Directory.CreateTempSubdirectory("mqttpay-journal-").FullName;

    private string Folder => Path.Combine(data, "journal", "3");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Frames_come_back_after_a_restart_over_many_segments()
    {
        using (var journal = Open())
            Append(journal, 400);

        using var again = Open();

        Assert.IsType<JournalVerdict.Clean>(again.Verdict);
        Assert.InRange(Directory.GetFiles(Folder, "*.seg").Length, 5, 20);
        AssertHolds(again, 1, 400);
    }

    [Fact]
    public void The_open_segment_and_the_spare_have_their_whole_length()
    {
        using var journal = Open();
        Append(journal, 1);

        Assert.Equal(Size, new FileInfo(Path.Combine(Folder, "1.seg")).Length);
        SpinUntil(() => journal.HasRoom && File.Exists(Path.Combine(Folder, "spare.seg")));
    }

    [Fact]
    public void A_torn_end_is_cut_and_its_bytes_are_kept()
    {
        using (var journal = Open())
            Append(journal, 3);
        var path = Path.Combine(Folder, "1.seg");
        var bytes = File.ReadAllBytes(path);
        bytes.AsSpan(4_096 + 2 * 1_032 + 500).Clear();
        File.WriteAllBytes(path, bytes);

        using var again = Open();

        var cut = Assert.IsType<JournalVerdict.Cut>(again.Verdict);
        Assert.Equal(cut.Bytes, new FileInfo(Path.Combine(Folder, cut.KeptAs)).Length);
        Append(again, 1);
        AssertHolds(again, 1, 3);
    }

    [Fact]
    public void A_second_journal_and_a_second_agent_on_the_same_folder_are_refused()
    {
        using (StoreLock.Take(new RealDisk(), data))
        using (Open())
        {
            Assert.Throws<IOException>(() => StoreLock.Take(new RealDisk(), data));
            Assert.Throws<IOException>(Open);
        }

        StoreLock.Take(new RealDisk(), data).Dispose();
        Open().Dispose();
    }

    [Fact]
    public void Memory_that_looks_like_a_disk_is_refused()
    {
        var memory = Directory.CreateDirectory($"/dev/shm/mqttpay-{Guid.NewGuid():N}").FullName;
        try
        {
            var refused = Assert.Throws<JournalFailedException>(
                () => Opened.Open(new RealDisk(), memory, Small with { AllowVolatile = false }, Edge, Fence));
            Assert.Contains("tmpfs", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(memory, recursive: true);
        }
    }

    [Fact]
    public async Task Readers_follow_the_durable_end_while_frames_are_appended_and_segments_retire()
    {
        const int Last = 600;
        using var journal = Open();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() => ReadTo(journal, Last), Cancel)).ToList();
        for (var lsn = 1; lsn <= Last; lsn++)
        {
            Append(journal, 1);
            if (lsn % 100 == 0) journal.RetireBelow(lsn - 150);
        }

        foreach (var reader in readers)
            Assert.Equal(Last, await reader.WaitAsync(Cancel));
        Assert.Null(journal.Refusal);
    }

    [Fact]
    public void Writer_and_journal_stop_with_everything_durable()
    {
        var told = 0L;
        using (var journal = Open())
        using (var writer = new JournalWriter(journal, (lsn, _) => told = lsn, _ => told = -1))
        {
            for (var lsn = 1; lsn <= 200; lsn++)
                SpinUntil(() => writer.TryWrite(FrameKind.Round, 1, Payload(lsn), lsn));
        }

        using var again = Open();
        Assert.Equal((200, 200), (told, again.EndLsn));
        AssertHolds(again, 1, 200);
    }

    [Fact]
    public void Snapshots_come_back_after_a_restart()
    {
        var disk = new RealDisk();
        var snapshots = Snapshots.Open(disk, data, Edge, Fence);
        foreach (var lsn in new long[] { 10, 20, 30 })
            snapshots.Save(new Snapshot(lsn, Payload(lsn)));

        var again = Snapshots.Open(disk, data, Edge, Fence);

        Assert.Equal([30L, 20L], again.Valid);
        Assert.Equal(Payload(30), again.LoadNewestValid()!.Body);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(data, "snapshots")).Length);
    }

    public void Dispose() => Directory.Delete(data, recursive: true);

    private Opened Open() => Opened.Open(new RealDisk(), data, Small, Edge, Fence);

    private static long ReadTo(Opened journal, long last)
    {
        var next = 1L;
        while (next <= last)
        {
            Cancel.ThrowIfCancellationRequested();
            foreach (var entry in journal.ReadFrom(next))
            {
                Assert.True(entry.Lsn >= next && Payload(entry.Lsn).AsSpan().SequenceEqual(entry.Payload));
                next = entry.Lsn + 1;
            }
        }

        return next - 1;
    }

    private static void Append(Opened journal, int count)
    {
        for (var left = count; left > 0; left--)
            journal.Append(FrameKind.Round, 1, Payload(journal.EndLsn + 1));
    }

    private static byte[] Payload(long lsn)
    {
        var payload = new byte[1_000];
        new Random((int)lsn).NextBytes(payload);
        return payload;
    }

    private static void AssertHolds(Opened journal, long first, long last)
    {
        var entries = journal.ReadFrom(first).ToList();
        Assert.Equal((first, last), (entries[0].Lsn, entries[^1].Lsn));
        Assert.Equal(last - first + 1, entries.Count);
        Assert.All(entries, entry => Assert.True(Payload(entry.Lsn).AsSpan().SequenceEqual(entry.Payload)));
        Assert.All(entries, entry => Assert.Equal(entry.Payload.Length, journal.ReadPayload(entry.Lsn)!.Length));
    }

    private static void SpinUntil(Func<bool> condition)
    {
        var spin = default(SpinWait);
        while (!condition())
        {
            Cancel.ThrowIfCancellationRequested();
            spin.SpinOnce();
        }
    }
}
