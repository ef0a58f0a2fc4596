using System.Threading.Channels;
using MqttPay.FirmwareSim.Mqtt;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>
/// A running device: one loop owns the machine, its state file and its book; everybody else sends to its inbox.
/// </summary>
internal sealed class Device : IAsyncDisposable
{
    // Far more than the broker's window lets through; what a flood pushes out is a reply, and a reply comes again.
    private readonly Channel<DeviceInput> inbox = Channel.CreateBounded<DeviceInput>(
        new BoundedChannelOptions(256) { SingleReader = true });

    private readonly TimeProvider clock;
    private readonly DeviceTally tally;
    private readonly StateFile file;
    private readonly ReceiptBook book;
    private readonly DeviceMachine machine;
    private readonly DeviceLink link;
    private readonly ITimer timer;
    private readonly CancellationTokenSource stopping = new();
    private readonly Action<Device, DeviceEffect>? heard;
    private readonly long started;
    private Task running = Task.CompletedTask;
    private volatile DeviceState state;
    private volatile bool ready;
    private volatile DeviceEffect.Finished? last;

    /// <param name="heard">Called by the device's own loop with all that is news for people; must not block.</param>
    public Device(
        DeviceIdentity identity, PublicKey cloudKey, DeviceRules rules, string folder, Gateway gateway, int seed,
        DeviceTally tally, TimeProvider clock, Action<Device, DeviceEffect>? heard = null)
    {
        this.heard = heard;
        Identity = identity;
        this.tally = tally;
        this.clock = clock;
        started = clock.GetTimestamp();
        file = StateFile.Open(Path.Combine(folder, $"{identity.Kid}.state"));
        book = new(Path.Combine(folder, identity.Kid + ReceiptBook.Ending));
        machine = new(identity.Key, cloudKey, file.State, rules, new Random(seed));
        state = file.State;
        link = new(gateway, identity.Login, clock, Hear);
        timer = clock.CreateTimer(
            _ => inbox.Writer.TryWrite(new DeviceInput.Woken()), null,
            Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public DeviceIdentity Identity { get; }

    /// <summary>The state as last written, for whoever watches.</summary>
    public DeviceState State => state;

    /// <summary>Whether the device could take a wish now.</summary>
    public bool Ready => ready;

    /// <summary>How the newest request ended; null while none has.</summary>
    public DeviceEffect.Finished? Last => last;

    /// <summary>The bytes of the newest published request; what a recorder on the line would hold.</summary>
    public byte[]? LastSent { get; private set; }

    public DeviceLink Link => link;

    public void Start() => running = Task.WhenAll(RunAsync(), RunLinkAsync());

    public void Ask(Wish wish)
    {
        ready = false;
        inbox.Writer.TryWrite(new DeviceInput.Asked(wish));
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        await link.DisposeAsync();
        await timer.DisposeAsync();
        machine.Dispose();
        book.Dispose();
        file.Dispose();
        stopping.Dispose();
    }

    private void Hear(LinkEvent heard) => inbox.Writer.TryWrite(heard switch
    {
        LinkEvent.Up => new DeviceInput.Connected(),
        LinkEvent.Down => new DeviceInput.Disconnected(),
        LinkEvent.Config(var message) => new DeviceInput.ConfigArrived(message),
        LinkEvent.Reply(var message) => new DeviceInput.ReplyArrived(message),
        _ => throw new InvalidOperationException($"A device hears no {heard}."),
    });

    private async Task RunLinkAsync()
    {
        try
        {
            await link.RunAsync(stopping.Token);
        }
        catch (OperationCanceledException)
        {
            inbox.Writer.TryComplete();   // The device is switched off.
        }
    }

    private async Task RunAsync()
    {
        await foreach (var input in inbox.Reader.ReadAllAsync())
        {
            foreach (var effect in machine.Step(input, clock.GetElapsedTime(started))) CarryOut(effect);
            ready = machine.Ready;
        }
    }

    private void CarryOut(DeviceEffect effect)
    {
        tally.Count(effect);
        if (effect is DeviceEffect.Finished finished) last = finished;
        switch (effect)
        {
            case DeviceEffect.Persist(var next): Write(next); break;
            case DeviceEffect.Publish(var message, var tell): Publish(message, tell); break;
            case DeviceEffect.Keep(var receipt): book.Append(receipt); break;
            case DeviceEffect.WakeAt(var time): Wake(time); break;
            default: heard?.Invoke(this, effect); break;   // The rest is news for people, and counted.
        }
    }

    private void Write(DeviceState next)
    {
        if (next.LastSequence > state.LastSequence) tally.CountRequest();
        file.Write(next);
        state = next;
    }

    /// <summary>Does not wait for the PUBACK: it is no answer, but for a voucher it is all that comes.</summary>
    private void Publish(byte[] message, bool tellWhenAcknowledged)
    {
        LastSent = message;
        _ = link.PublishAsync(message, stopping.Token).ContinueWith(
            sent =>
            {
                if (tellWhenAcknowledged && sent is { IsCompletedSuccessfully: true, Result: true })
                    inbox.Writer.TryWrite(new DeviceInput.Acknowledged(message));
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void Wake(TimeSpan time)
    {
        var wait = time - clock.GetElapsedTime(started);
        timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
