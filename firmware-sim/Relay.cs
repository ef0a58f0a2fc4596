using System.Net;
using System.Net.Sockets;

namespace MqttPay.FirmwareSim;

internal enum RelayMode
{
    Pass,
    /// <summary>Bytes vanish and nobody is told: the nastier kind of outage.</summary>
    BlackHole,
    /// <summary>Connections are reset, new ones too.</summary>
    Reset,
}

/// <summary>
/// A TCP relay on loopback that stands for the uplink. In a black hole bytes wait as in a sender's window: when the
/// link comes back the same connection may go on, as TCP's would.
/// </summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint target;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();   // Guards the three fields below; never held across an await.
    private readonly HashSet<Pair> pairs = [];
    private RelayMode mode = RelayMode.Pass;
    private TaskCompletionSource passing = Passed();
    private readonly Task accepting;
    private long bytes;

    public Relay(IPEndPoint target, TimeProvider clock)
    {
        this.target = target;
        this.clock = clock;
        listener.Start();
        Address = (IPEndPoint)listener.LocalEndpoint;
        accepting = AcceptAsync();
    }

    public IPEndPoint Address { get; }

    /// <summary>Added to every piece of bytes, in both directions.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.Zero;

    public long Bytes => Interlocked.Read(ref bytes);

    public RelayMode Mode
    {
        get
        {
            lock (gate) return mode;
        }
    }

    public void Set(RelayMode next)
    {
        lock (gate)
        {
            mode = next;
            if (next is RelayMode.Pass) passing.TrySetResult();
            else if (passing.Task.IsCompleted) passing = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (next is not RelayMode.Reset) return;
            foreach (var pair in pairs) pair.Reset();
            pairs.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        Set(RelayMode.Reset);
        await accepting;
        stopping.Dispose();
    }

    private static TaskCompletionSource Passed()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        done.SetResult();
        return done;
    }

    private async Task AcceptAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var near = await listener.AcceptSocketAsync(stopping.Token);
                _ = CarryAsync(new Pair(near));
            }
            catch (Exception stop) when (
                stop is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;   // The relay is being closed.
            }
        }
    }

    private async Task CarryAsync(Pair pair)
    {
        try
        {
            lock (gate)
            {
                pairs.Add(pair);
                if (mode is RelayMode.Reset) pair.Reset();
            }

            await WhenPassingAsync();
            await pair.Far.ConnectAsync(target, stopping.Token);
            await Task.WhenAny(PumpAsync(pair.Near, pair.Far), PumpAsync(pair.Far, pair.Near));
        }
        catch (Exception fault) when (fault is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            pair.Reset();   // A broken leg breaks the other one, as on a real line.
        }
        finally
        {
            lock (gate) pairs.Remove(pair);
            pair.Reset();
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1_024];
        while (true)
        {
            var count = await from.ReceiveAsync(buffer, stopping.Token);
            if (count == 0) return;
            if (Delay > TimeSpan.Zero) await Task.Delay(Delay, clock, stopping.Token);
            await WhenPassingAsync();
            await to.SendAsync(buffer.AsMemory(0, count), stopping.Token);
            Interlocked.Add(ref bytes, count);
        }
    }

    private Task WhenPassingAsync()
    {
        Task wait;
        lock (gate) wait = passing.Task;
        return wait.WaitAsync(stopping.Token);
    }

    private sealed class Pair(Socket near)
    {
        public Socket Near { get; } = near;

        public Socket Far { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        public void Reset()
        {
            Cut(Near);
            Cut(Far);
        }

        /// <summary>No lingering: the other side gets RST instead of a polite end.</summary>
        private static void Cut(Socket socket)
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                return;   // Already closed.
            }

            socket.Dispose();
        }
    }
}
