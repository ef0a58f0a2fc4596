using MqttPay.FirmwareSim.Devices;
using MqttPay.FirmwareSim.Mqtt;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim;

/// <summary>Many devices in one process, each with its own key, memory, book of receipts and connection.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    /// <summary>Connecting costs the broker a handshake: a fleet does not come back all at once.</summary>
    private const int ConnectsPerTurn = 20;

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider clock;
    private long nobodyFree;

    public Fleet(
        IReadOnlyList<DeviceIdentity> identities, PublicKey cloudKey, DeviceRules rules, string folder, Gateway gateway,
        int seed, TimeProvider clock)
    {
        this.clock = clock;
        Directory.CreateDirectory(folder);
        Devices =
        [
            .. identities.Select((identity, i) =>
                new Device(identity, cloudKey, rules, folder, gateway, unchecked(seed + i), Tally, clock)),
        ];
    }

    public IReadOnlyList<Device> Devices { get; }

    public DeviceTally Tally { get; } = new();

    /// <summary>People who found every device near them busy.</summary>
    public long NobodyFree => Interlocked.Read(ref nobodyFree);

    public int ReadyCount => Devices.Count(device => device.Ready);

    public int ConnectedCount => Devices.Count(device => device.Link.Connected);

    public int OpenCount => Devices.Count(device => device.State.Open is not null);

    public async Task StartAsync(CancellationToken cancel)
    {
        foreach (var some in Devices.Chunk(ConnectsPerTurn))
        {
            foreach (var device in some) device.Start();
            await Task.Delay(Turn, clock, cancel);
        }
    }

    public bool Ask(int wanted, Wish wish) => Ask(wanted, _ => wish);

    /// <summary>Gives the wish to the wanted device or to the next free one.</summary>
    public bool Ask(int wanted, Func<Device, Wish> wishFor)
    {
        const int Neighbours = 16;
        for (var i = 0; i < Math.Min(Neighbours, Devices.Count); i++)
        {
            var device = Devices[(wanted + i) % Devices.Count];
            if (!device.Ready) continue;
            device.Ask(wishFor(device));
            return true;
        }

        Interlocked.Increment(ref nobodyFree);
        return false;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Devices.Select(device => device.DisposeAsync().AsTask()));
        foreach (var device in Devices) device.Identity.Key.Dispose();
    }
}
