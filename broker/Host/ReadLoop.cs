using System.Buffers;
using System.IO.Pipelines;
using MqttPay.Broker.Machine;
using MqttPay.Broker.Wire;

namespace MqttPay.Broker.Host;

/// <summary>
/// Read, guard, machine call, next frame. It waits for the next bytes, and, as the only exception, for room: when the
/// peer does not take what it is sent, when a 3.1.1 client fills its window, when a device sends too fast.
/// </summary>
internal sealed class ReadLoop(Engine engine, MqttConnection connection, PipeReader input, ILogger logger)
{
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(1);

    private readonly TouchList touched = new();
    private Conversation? conversation;
    private TokenBucket? packetRate;
    private TokenBucket? byteRate;
    private volatile TaskCompletionSource? waiting;
    private int lengthMax = FrameGuard.ConnectMax;

    private enum Step
    {
        NeedMore = 1,
        Taken = 2,
        Full = 3,
    }

    /// <summary>The peer may have sent something that has not been looked at.</summary>
    public bool Paused => waiting is not null;

    private bool Legacy => engine.Options.Anonymous;

    private bool HasRoom => connection.Closing || (!connection.Congested && conversation is not { Full: true });

    public async Task RunAsync()
    {
        while (!connection.Closing)
        {
            var result = await input.ReadAsync();
            if (connection.Closing) break;
            var now = engine.Now();
            connection.HasRead(now);
            var rest = result.Buffer;
            var (step, packets, connect) = (Step.Taken, 0, default(ConnectInput));
            while (step == Step.Taken && connect is null && !connection.Closing)
            {
                step = Next(ref rest, now, out connect);
                if (step == Step.Taken) packets++;
            }

            var taken = result.Buffer.Length - rest.Length;
            input.AdvanceTo(rest.Start, step == Step.NeedMore ? rest.End : rest.Start);
            if (connect is not null) await LogInAsync(connect);
            touched.Flush();
            if (result.IsCompleted && step == Step.NeedMore) break;
            await PauseAsync(packets, taken, now);
        }
    }

    /// <summary>There may be room again, or there is no reason to wait any more.</summary>
    public void Wake() => waiting?.TrySetResult();

    /// <summary>Outcomes that are still to come find nobody to acknowledge them to.</summary>
    public void Abandon() => conversation?.Abandon();

    private Step Next(ref ReadOnlySequence<byte> rest, long now, out ConnectInput? connect)
    {
        connect = null;
        Span<byte> head = stackalloc byte[FrameGuard.HeaderMax];
        head = head[..(int)Math.Min(rest.Length, FrameGuard.HeaderMax)];
        rest.Slice(0, head.Length).CopyTo(head);
        switch (FrameGuard.Measure(head, connection.Protocol, Legacy, lengthMax, out var frame, out var reason))
        {
            case FrameStatus.Refused:
                Refuse(reason);
                return Step.Taken;
            case FrameStatus.NeedMore:
                return Step.NeedMore;
        }

        if (rest.Length < frame.Length) return Step.NeedMore;
        if (!HasRoom) return Step.Full;
        var body = rest.Slice(frame.HeaderLength, frame.BodyLength);
        if (body.IsSingleSegment) Take(frame, body.FirstSpan, now, out connect);
        else TakeCopied(frame, body, now, out connect);
        rest = rest.Slice(frame.Length);
        return Step.Taken;
    }

    /// <summary>A frame that lies in two pieces is put together; the guard has limited its length before.</summary>
    private void TakeCopied(Frame frame, ReadOnlySequence<byte> body, long now, out ConnectInput? connect)
    {
        var copy = ArrayPool<byte>.Shared.Rent(frame.BodyLength);
        body.CopyTo(copy);
        Take(frame, copy.AsSpan(0, frame.BodyLength), now, out connect);
        ArrayPool<byte>.Shared.Return(copy);
    }

    private void Take(Frame frame, ReadOnlySpan<byte> body, long now, out ConnectInput? connect)
    {
        connect = null;
        if (conversation is not null)
        {
            var reason = conversation.Take(frame, body, now, touched);
            if (reason != Reason.Success) Refuse(reason);
            return;
        }

        var refusal = ConnectGuard.Check(frame.First, body, Legacy, out var view);
        if (refusal == Reason.Success) connect = ControlCodec.DecodeConnect(body, frame.First, view);
        else RefuseConnect(view.Protocol, refusal);
    }

    private async Task LogInAsync(ConnectInput connect)
    {
        var answer = await new Login(engine, connection).RunAsync(connect, touched);
        if (answer.Reason != Reason.Success)
        {
            RefuseConnect(connect.Protocol, answer.Reason);
            return;
        }

        conversation = answer.Conversation!;
        conversation.Freed = Wake;
        lengthMax = conversation.Limits.PacketMax;
        if (!conversation.Limits.Throttled) return;
        var (packets, bytes, now) = (engine.Options.PacketsPerSecond, engine.Options.BytesPerSecond, engine.Now());
        packetRate = new(packets, 2 * packets, now);
        byteRate = new(bytes, 2 * bytes, now);
    }

    private void Refuse(Reason reason)
    {
        if (conversation is null) engine.Counters.Refused("no_connect");
        connection.Close(reason);
    }

    private void RefuseConnect(Protocol protocol, Reason reason)
    {
        engine.Counters.Refused(reason.ToString());
        BrokerLog.Refused(logger, connection.Address.ToString(), reason.ToString());
        if (protocol != Protocol.None && ControlCodec.EncodeConnAck(protocol, new(reason)) is { } packet)
        {
            connection.SendRaw(packet);
        }

        connection.Close(reason);
    }

    private async Task PauseAsync(int packets, long bytes, long now)
    {
        while (!HasRoom)
        {
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting = turn;
            if (!HasRoom) await turn.Task;
            waiting = null;
        }

        if (packetRate is null || byteRate is null || connection.Closing) return;
        var (first, second) = (packetRate.Take(packets, now), byteRate.Take(bytes, now));
        var pause = first > second ? first : second;
        if (pause > TimeSpan.Zero) await Task.Delay(pause < PauseMax ? pause : PauseMax, engine.Clock);
    }
}
