using MqttPay.FirmwareSim.Demo;
using MqttPay.Payments;

namespace MqttPay.IntegrationTests.Lifecycle;

/// <summary>One payer and one shop of a street whose uplink is cut.</summary>
internal sealed class Corner(Street street, Signer payer, Signer shop, CancellationToken cancel)
{
    public Street Street => street;

    public Signer Payer => payer;

    public Signer Shop => shop;

    public void Heal() => street.HealUplink();

    public Task<LedgerRow> PostedAsync(PaymentId id) => street.PostedAsync(id, cancel);

    public Task LedgerHoldsAsync() => street.LedgerHoldsAsync(cancel);

    /// <summary>The shop heard of what it may capture, and can form its id.</summary>
    public Task NoticedAsync(Answer payment) => street.UntilAsync(
        () => shop.Notices.Any(notice => PaymentId.Of(
            new(notice.Kid, notice.Decision.Epoch, notice.Decision.Sequence)) == payment.Id),
        "the shop hears of the payment", cancel);
}
