using System.Threading.Channels;
using MqttPay.Rounds;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Rounds;

/// <summary>
/// Checks signatures on all cores. A device always meets the same worker, so its requests stay in order and its key
/// object is used by one thread only.
/// </summary>
internal sealed class VerifyPool : IAsyncDisposable
{
    private readonly Channel<(Incoming Request, PublicKey Key)>[] queues;
    private readonly Task[] workers;
    private readonly Inbox inbox;

    public VerifyPool(Inbox inbox, int workerCount, int keysPerWorkerMax)
    {
        this.inbox = inbox;
        queues = new Channel<(Incoming, PublicKey)>[workerCount];
        workers = new Task[workerCount];
        for (var i = 0; i < workerCount; i++)
        {
            // Unbounded here: the intake counts every request that is on its way.
            var queue = queues[i] = Channel.CreateUnbounded<(Incoming, PublicKey)>(new() { SingleReader = true });
            workers[i] = Task.Run(() => WorkAsync(queue.Reader, keysPerWorkerMax));
        }
    }

    public void Post(Incoming request, PublicKey key) =>
        Invariant.Holds(
            queues[(int)(request.Request.Kid.Value % (ulong)queues.Length)].Writer.TryWrite((request, key)));

    public async ValueTask DisposeAsync()
    {
        foreach (var queue in queues) queue.Writer.Complete();
        await Task.WhenAll(workers);
    }

    private async Task WorkAsync(ChannelReader<(Incoming Request, PublicKey Key)> queue, int keysMax)
    {
        using var keys = new KeyCache(keysMax);
        await foreach (var (request, key) in queue.ReadAllAsync())
            inbox.Post(new Input.Verified(request, Verify(keys, request.Message, key)));
    }

    private static bool Verify(KeyCache keys, byte[] message, PublicKey key)
    {
        if (RequestCodec.TryParse(message, out var view) is not WireError.None) return false;
        if (keys.Get(key) is not { } verifying) return false;
        Span<byte> toBeSigned = stackalloc byte[RequestCodec.MessageMax + 64];
        var length = view.WriteToBeSigned(message, toBeSigned);
        return verifying.Verify(toBeSigned[..length], view.Signature(message));
    }
}
