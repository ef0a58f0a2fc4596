namespace MqttPay.FirmwareSim.Demo;

/// <summary>People who keep paying while other things happen; ends when it is disposed.</summary>
internal sealed class Customers : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource stopping;
    private readonly Task running;

    /// <summary>Mostly sales; of the others each is a whole visit.</summary>
    private static readonly IReadOnlyList<Visit> Alone =
        [.. Enumerable.Repeat(Visit.Sale, 19), Visit.Void, Visit.Partial];

    private static readonly IReadOnlyList<Visit> WithPayee =
        [.. Alone, Visit.Confirm, Visit.Auth, Visit.Voucher, Visit.Refund];

    private Customers(Fleet fleet, double rate, int seed, Payees? payees, CancellationToken cancel)
    {
        stopping = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var plan = new TrafficPlan(rate, Longest, fleet.Devices.Count, seed)
        {
            Uneven = true,
            SmallestMinor = 10,
            LargestMinor = 110,
        };
        var mix = new Mix(payees is null ? Alone : WithPayee, payees?.Tills ?? []);
        running = Traffic.RunAsync(
            plan, arrival => fleet.Ask(arrival.Device, device => mix.Next(device, arrival)), stopping.Token);
    }

    /// <param name="payees">Who captures and refunds; without them nobody asks for it.</param>
    public static Customers Start(
        Fleet fleet, double rate, int seed, CancellationToken cancel, Payees? payees = null) =>
        new(fleet, rate, seed, payees, cancel);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }
}
