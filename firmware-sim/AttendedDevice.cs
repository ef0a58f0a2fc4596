using System.Threading.Channels;
using MqttPay.FirmwareSim.Devices;
using MqttPay.Payments;

namespace MqttPay.FirmwareSim;

/// <summary>
/// A device with a queue in front of it: one wish after the other, each until it has ended. What a payee's device was
/// not notified of (it was away, or forgot) it asks for first.
/// </summary>
internal sealed class AttendedDevice : IAsyncDisposable
{
    private static readonly TimeSpan NoticeWithin = TimeSpan.FromSeconds(2);

    private readonly Channel<(Wish Wish, TaskCompletionSource<DeviceEffect?> Done)> queue =
        Channel.CreateUnbounded<(Wish, TaskCompletionSource<DeviceEffect?>)>(new() { SingleReader = true });

    private readonly CancellationTokenSource stopping = new();
    private readonly TimeProvider clock;
    private TaskCompletionSource<DeviceEffect?>? waiting;
    private Task running = Task.CompletedTask;
    private int waitingCount;

    /// <param name="make">Makes the device; it must tell what it hears to the action.</param>
    public AttendedDevice(Func<Action<Device, DeviceEffect>, Device> make, TimeProvider clock)
    {
        this.clock = clock;
        Device = make(Hear);
    }

    public Device Device { get; }

    /// <summary>Wishes that have no final reply yet.</summary>
    public int Waiting => Volatile.Read(ref waitingCount);

    public void Start()
    {
        Device.Start();
        running = RunAsync();
    }

    /// <summary>Returns how it ended: finished, vouched, or refused by the device itself; null: not at all.</summary>
    public Task<DeviceEffect?> AskAsync(Wish wish)
    {
        var done = new TaskCompletionSource<DeviceEffect?>(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Increment(ref waitingCount);
        if (!queue.Writer.TryWrite((wish, done))) done.TrySetResult(null);
        return done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await stopping.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Device.DisposeAsync();
        Device.Identity.Key.Dispose();
        stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var cancel = stopping.Token;
        await foreach (var (wish, done) in queue.Reader.ReadAllAsync(cancel))
        {
            try
            {
                await ReadyAsync(cancel);
                await FindNoticeAsync(wish, cancel);
                done.TrySetResult(await AskDeviceAsync(wish, cancel));
            }
            finally
            {
                Interlocked.Decrement(ref waitingCount);
                done.TrySetResult(null);
            }
        }
    }

    private Task<bool> ReadyAsync(CancellationToken cancel) =>
        Wait.ForAsync(() => Device.Ready, TimeSpan.MaxValue, clock, cancel);

    /// <summary>A notice may have gone past a device that was away: STATUS brings it again.</summary>
    private async Task FindNoticeAsync(Wish wish, CancellationToken cancel)
    {
        if (wish.Operation is Operation.Refund || wish.Payment is not { } payment) return;
        for (var ask = 0; ask < 3 && !Knows(payment); ask++)
        {
            if (ask > 0) Device.Ask(Wish.StatusOf(payment));
            await Wait.ForAsync(() => Knows(payment), NoticeWithin / 4 * (ask + 1), clock, cancel);
            await ReadyAsync(cancel);
        }
    }

    private bool Knows(PaymentId payment) => Device.State.Noted.Any(hold => hold.Payment == payment);

    private async Task<DeviceEffect?> AskDeviceAsync(Wish wish, CancellationToken cancel)
    {
        var answer = new TaskCompletionSource<DeviceEffect?>(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref waiting, answer);
        Device.Ask(wish);
        return await answer.Task.WaitAsync(cancel);
    }

    /// <summary>Called by the device's loop.</summary>
    private void Hear(Device device, DeviceEffect effect)
    {
        if (effect is DeviceEffect.Finished or DeviceEffect.Vouched or DeviceEffect.Refused)
            Interlocked.Exchange(ref waiting, null)?.TrySetResult(effect);
    }
}
