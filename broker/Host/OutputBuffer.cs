using System.Buffers;
using System.IO.Pipelines;

namespace MqttPay.Broker.Host;

/// <summary>
/// What a connection has to send. Producers append under a short lock and never wait; one flusher at a time moves it
/// into the transport, waits for the peer and looks again. Segments are pooled, an idle connection holds none.
/// </summary>
internal sealed class OutputBuffer(PipeWriter transport, int unsentMax)
{
    private const int SegmentSize = 4096;

    private readonly Lock gate = new();
    private readonly List<Segment> segments = [];
    private int unsent;
    private bool flushing;
    private bool sealedOff;
    private bool broken;
    private TaskCompletionSource? drained;

    /// <summary>Called by the flusher, outside the lock, when a congested peer has taken what was there.</summary>
    public Action? Relieved { get; set; }

    public bool Congested => Volatile.Read(ref unsent) > unsentMax;

    public delegate void Fill<T>(Span<byte> target, T state)
        where T : allows ref struct;

    public void Append<T>(int length, T state, Fill<T> fill)
        where T : allows ref struct
    {
        lock (gate)
        {
            if (sealedOff) return;
            if (segments.Count == 0 || segments[^1].Free < length)
            {
                segments.Add(new(ArrayPool<byte>.Shared.Rent(Math.Max(length, SegmentSize))));
            }

            var last = segments[^1];
            fill(last.Take(length), state);
            unsent += length;
        }
    }

    public void Append(ReadOnlySpan<byte> bytes) =>
        Append(bytes.Length, bytes, static (target, source) => source.CopyTo(target));

    /// <summary>Nothing more is taken; what was appended before still leaves.</summary>
    public void Seal()
    {
        lock (gate) sealedOff = true;
    }

    public void Flush()
    {
        lock (gate)
        {
            if (flushing || broken || segments.Count == 0) return;
            flushing = true;
        }

        _ = FlushAllAsync();
    }

    /// <summary>Completes when everything has been handed to the socket, or nothing ever will be.</summary>
    public Task DrainAsync()
    {
        lock (gate)
        {
            if (broken || (!flushing && segments.Count == 0)) return Task.CompletedTask;
            drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        Flush();
        return drained.Task;
    }

    /// <summary>Gives the memory back; the transport must not be in use any more.</summary>
    public void Discard()
    {
        lock (gate)
        {
            (broken, sealedOff) = (true, true);
            foreach (var segment in segments) segment.Return();
            segments.Clear();
            unsent = 0;
            drained?.TrySetResult();
        }
    }

    private async Task FlushAllAsync()
    {
        try
        {
            while (Move(out var wasCongested))
            {
                var result = await transport.FlushAsync();
                if (result.IsCompleted) Discard();
                if (wasCongested) Relieved?.Invoke();
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The peer has gone; the read loop sees the same and ends the connection.
            Discard();
        }
    }

    /// <summary>
    /// Moves all there is into the transport's buffer; false when there is nothing, which ends the flusher.
    /// </summary>
    private bool Move(out bool wasCongested)
    {
        lock (gate)
        {
            wasCongested = unsent > unsentMax;
            if (segments.Count == 0)
            {
                flushing = false;
                drained?.TrySetResult();
                return false;
            }

            foreach (var segment in segments)
            {
                transport.Write(segment.Written);
                segment.Return();
            }

            segments.Clear();
            unsent = 0;
            return true;
        }
    }

    private sealed class Segment(byte[] bytes)
    {
        private int used;

        public int Free => bytes.Length - used;

        public ReadOnlySpan<byte> Written => bytes.AsSpan(0, used);

        public Span<byte> Take(int length)
        {
            var taken = bytes.AsSpan(used, length);
            used += length;
            return taken;
        }

        public void Return() => ArrayPool<byte>.Shared.Return(bytes);
    }
}
