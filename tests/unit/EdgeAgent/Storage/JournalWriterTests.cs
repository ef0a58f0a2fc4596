using MqttPay.EdgeAgent.Storage;
using MqttPay.Rounds;
using Xunit;
using static MqttPay.UnitTests.EdgeAgent.Storage.JournalUnderTest;

namespace MqttPay.UnitTests.EdgeAgent.Storage;

public sealed class JournalWriterTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public void Frames_are_told_durable_in_order_with_their_tags()
    {
        using var journal = Open(new SimulatedDisk());
        var told = new List<(long, object)>();
        using (var writer = new JournalWriter(journal, (lsn, tag) => told.Add((lsn, tag)), _ => { }))
        {
            for (var lsn = 1; lsn <= 20; lsn++)
                SpinUntil(() => writer.TryWrite(FrameKind.Round, 1, Payload(lsn), $"round {lsn}"));
        }

        Assert.Equal(Enumerable.Range(1, 20).Select(lsn => ((long)lsn, (object)$"round {lsn}")), told);
        AssertHolds(journal, 1, 20);
    }

    [Fact]
    public void Rounds_and_an_acknowledgement_wait_behind_the_one_that_is_being_written_and_one_more_is_refused()
    {
        using var journal = Open(new SimulatedDisk());
        using var busy = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        using var writer = new JournalWriter(
            journal,
            (_, _) =>
            {
                busy.Release();
                go.Wait(Cancel);
            },
            _ => { });
        Assert.True(writer.TryWrite(FrameKind.Round, 1, Payload(1), ""));
        busy.Wait(Cancel);

        // Two rounds unsynced and an acknowledgement: the loop relies on room for all three at once.
        for (var waiting = 0; waiting < JournalWriter.QueueMax; waiting++)
            Assert.True(writer.TryWrite(FrameKind.Round, 1, Payload(2 + waiting), ""));
        Assert.InRange(JournalWriter.QueueMax, EdgeSettings.UnsyncedMax + 1, EdgeSettings.UnsyncedMax + 2);
        Assert.False(writer.TryWrite(FrameKind.Round, 1, Payload(9), ""));

        go.Release(JournalWriter.QueueMax + 1);
    }

    [Fact]
    public void A_failure_is_told_once_and_nothing_is_taken_or_told_durable_after_it()
    {
        var disk = new SimulatedDisk();
        using var journal = Open(disk);
        using var failed = new SemaphoreSlim(0);
        var told = 0;
        disk.FailAt = disk.Steps + 1;
        using (var writer = new JournalWriter(journal, (_, _) => told++, _ => failed.Release()))
        {
            Assert.True(writer.TryWrite(FrameKind.Round, 1, Payload(1), ""));
            failed.Wait(Cancel);
            Assert.False(writer.TryWrite(FrameKind.Round, 1, Payload(2), ""));
        }

        Assert.Equal((0, 0), (told, failed.CurrentCount));
        Assert.Throws<JournalFailedException>(() => journal.AppendNext(1));
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
