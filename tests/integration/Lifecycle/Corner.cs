using MqttPay.FirmwareSim.Demo;
using MqttPay.IntegrationTests.Gateway;
using MqttPay.Payments;

namespace MqttPay.IntegrationTests.Lifecycle;

/// <summary>A street with one payer and one shop whose uplink is cut.</summary>
internal sealed class Corner : IAsyncDisposable
{
    private readonly CancellationToken cancel;

    private Corner(Street street, Signer payer, Signer shop, CancellationToken cancel) =>
        (Street, Payer, Shop, this.cancel) = (street, payer, shop, cancel);

    public Street Street { get; }

    public Signer Payer { get; }

    public Signer Shop { get; }

    public static async Task<Corner> OpenAsync(
        SettlementCloud cloud, Dictionary<string, object> policy, CancellationToken cancel)
    {
        var street = await Street.OpenAsync(cloud, policy, cancel);
        var corner = new Corner(street, await street.PayerAsync(cancel), await street.ShopAsync(cancel), cancel);
        street.CutUplink();
        return corner;
    }

    public void Heal() => Street.HealUplink();

    public Task<LedgerRow> PostedAsync(PaymentId id) => Street.PostedAsync(id, cancel);

    public Task LedgerHoldsAsync() => Street.LedgerHoldsAsync(cancel);

    /// <summary>The shop heard of what it may capture, and can form its id.</summary>
    public Task NoticedAsync(Answer payment) => Street.UntilAsync(
        () => Shop.Notices.Any(notice => PaymentId.Of(
            new(notice.Kid, notice.Decision.Epoch, notice.Decision.Sequence)) == payment.Id),
        "the shop hears of the payment", cancel);

    public ValueTask DisposeAsync() => Street.DisposeAsync();
}
