using System.Collections.Concurrent;
using MqttPay.Rounds;

namespace MqttPay.EdgeAgent.Storage;

/// <summary>
/// The one thread that appends. A few frames may wait, so that the next round is built while one is synced. Each is
/// told durable in order; after a failure nothing more is taken, and the process is to end.
/// </summary>
internal sealed class JournalWriter : IDisposable
{
    /// <summary>
    /// Two rounds and one acknowledgement are on their way at most; a fourth place means that no turn of theirs waits.
    /// </summary>
    public const int QueueMax = 4;

    private readonly Journal journal;
    private readonly Action<long, object> durable;
    private readonly Action<Exception> failed;
    private readonly BlockingCollection<Waiting> queue = new(QueueMax);
    private readonly Thread thread;
    private volatile bool stopped;

    /// <param name="durable">Called on the writer's thread with the LSN and the tag, after the sync.</param>
    /// <param name="failed">Called once, on the writer's thread; the caller ends the process.</param>
    public JournalWriter(Journal journal, Action<long, object> durable, Action<Exception> failed)
    {
        (this.journal, this.durable, this.failed) = (journal, durable, failed);
        thread = new Thread(Run) { IsBackground = true, Name = "journal writer" };
        thread.Start();
    }

    /// <summary>False when <see cref="QueueMax"/> frames wait already, or nothing is taken any more.</summary>
    public bool TryWrite(FrameKind kind, uint incarnation, byte[] payload, object tag)
    {
        if (stopped) return false;

        try
        {
            return queue.TryAdd(new Waiting(kind, incarnation, payload, tag));
        }
        catch (InvalidOperationException) when (stopped)
        {
            return false;
        }
    }

    /// <summary>Takes nothing more, writes what waits, and returns when the thread has ended.</summary>
    public void Dispose()
    {
        stopped = true;
        queue.CompleteAdding();
        if (Thread.CurrentThread != thread) thread.Join();
        queue.Dispose();
    }

    private void Run()
    {
        try
        {
            foreach (var next in queue.GetConsumingEnumerable())
                durable(journal.Append(next.Kind, next.Incarnation, next.Payload), next.Tag);
        }
        catch (Exception cause)
        {
            stopped = true;
            failed(cause);
        }
    }

    private sealed record Waiting(FrameKind Kind, uint Incarnation, byte[] Payload, object Tag);
}
