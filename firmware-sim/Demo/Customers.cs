namespace MqttPay.FirmwareSim.Demo;

/// <summary>People who keep paying while other things happen; ends when it is disposed.</summary>
internal sealed class Customers : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource stopping;
    private readonly Task running;

    /// <summary>Mostly sales; of the others each is a whole visit, with the payee's part in it.</summary>
    private static readonly IReadOnlyList<Visit> Visits =
    [
        .. Enumerable.Repeat(Visit.Sale, 19), Visit.Confirm, Visit.Auth, Visit.Void, Visit.Voucher, Visit.Refund,
        Visit.Partial,
    ];

    private Customers(Fleet fleet, Payees payees, double rate, int seed, CancellationToken cancel)
    {
        stopping = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var plan = new TrafficPlan(rate, Longest, fleet.Devices.Count, seed)
        {
            Uneven = true,
            SmallestMinor = 10,
            LargestMinor = 110,
        };
        var mix = new Mix(Visits, payees.Tills);
        running = Traffic.RunAsync(
            plan, arrival => fleet.Ask(arrival.Device, device => mix.Next(device, arrival)), stopping.Token);
    }

    public static Customers Start(Fleet fleet, Payees payees, double rate, int seed, CancellationToken cancel) =>
        new(fleet, payees, rate, seed, cancel);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }
}
