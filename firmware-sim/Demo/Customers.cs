using MqttPay.FirmwareSim.Devices;

namespace MqttPay.FirmwareSim.Demo;

/// <summary>People who keep paying while other things happen; ends when it is disposed.</summary>
internal sealed class Customers : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource stopping;
    private readonly Task running;

    private Customers(Fleet fleet, double rate, int seed, CancellationToken cancel)
    {
        stopping = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var plan = new TrafficPlan(rate, Longest, fleet.Devices.Count, seed)
        {
            Uneven = true,
            SmallestMinor = 10,
            LargestMinor = 110,
        };
        running = Traffic.RunAsync(
            plan, arrival => fleet.Ask(arrival.Device, device => WishOf(device, arrival)), stopping.Token);
    }

    public static Customers Start(Fleet fleet, double rate, int seed, CancellationToken cancel) =>
        new(fleet, rate, seed, cancel);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    /// <summary>Mostly sales; some are only held, and most of those are voided by their customer.</summary>
    private static Wish WishOf(Device device, Arrival arrival)
    {
        if (device.State.Held is not null && arrival.Number % 3 != 0) return Wish.VoidOfHeld;
        return arrival.Number % 25 == 0 ? Wish.HeldSale(arrival.AmountMinor) : Wish.Sale(arrival.AmountMinor);
    }
}
