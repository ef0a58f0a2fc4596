using MqttPay.IntegrationTests.Gateway;
using Xunit;

namespace MqttPay.IntegrationTests.Lifecycle;

/// <summary>One street for the tests of a class, which take turns; each has payers and devices of its own.</summary>
public abstract class StreetFixture(SettlementCloud cloud) : IAsyncLifetime
{
    internal SettlementCloud Cloud => cloud;

    internal Street Street { get; private set; } = null!;

    internal abstract Dictionary<string, object> PolicyOf(Street street);

    protected virtual long FloatMinor => 0;

    public async ValueTask InitializeAsync() => Street = await Street.OpenAsync(
        cloud, PolicyOf, TestContext.Current.CancellationToken, floatMinor: FloatMinor);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Street.DisposeAsync();
    }

    /// <summary>A payer with a lease and a shop; then the uplink is cut.</summary>
    internal async Task<Corner> OfflineAsync(CancellationToken cancel, int tier = 0)
    {
        Street.HealUplink();
        var (payer, shop) = (Street.PayerAsync(cancel, tier: tier), Street.ShopAsync(cancel));
        await Task.WhenAll(payer, shop);   // Together they wait for one list of devices.
        Street.CutUplink();
        return new(Street, await payer, await shop, cancel);
    }
}
