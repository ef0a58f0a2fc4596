using MqttPay.IntegrationTests.Gateway;
using MqttPay.Payments;
using Xunit;

namespace MqttPay.IntegrationTests.Lifecycle;

/// <summary>Holds that nobody finishes: the edge ends them, by the payee's policy, and the ledger follows.</summary>
[Collection(LifecycleCloud.Name)]
public sealed class HoldEndTests(HoldEndTests.Fixture fixture) : IClassFixture<HoldEndTests.Fixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hold_whose_time_is_over_is_given_back_and_cannot_be_captured()
    {
        var street = await fixture.OfflineAsync(Cancel);
        var auth = await street.Payer.AskAsync(Operation.Auth, 20_00, Cancel);
        Assert.Equal(3u, auth.Decision!.HoldSeconds);
        await SpendableAgainAsync(street);
        Assert.Equal(
            DecisionCode.HoldClosed, (await street.Shop.FinishAsync(Operation.Capture, auth, 1, Cancel)).Code);
        street.Heal();
        await street.PostedAsync(auth.Id);
        await street.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_payee_that_captures_at_timeout_is_paid_by_the_last_voucher()
    {
        var street = await fixture.OfflineAsync(Cancel);
        var other = street.Street.OtherPayee;
        var auth = await street.Payer.AskAsync(
            Operation.Auth, 12_00, Cancel, request => request with { Payee = other });
        await street.Payer.VouchAsync(auth, 1, 2_00, Cancel);
        await street.Payer.VouchAsync(auth, 2, 4_50, Cancel);
        Answer? rest = null;
        await street.Street.UntilAsync(
            async () =>
            {
                rest = await street.Payer.SaleAsync(15_50, Cancel);
                return rest.Code is DecisionCode.Approved;
            },
            "all but the voucher's sum is spendable", Cancel);
        Assert.Equal(DecisionCode.Insufficient, (await street.Payer.SaleAsync(1, Cancel)).Code);
        street.Heal();
        Assert.Equal(15_50, (await street.PostedAsync(rest!.Id)).PaidMinor);
        await street.LedgerHoldsAsync();
    }

    private static Task SpendableAgainAsync(Corner street) => street.Street.UntilAsync(
        async () => (await street.Payer.SaleAsync(20_00, Cancel)).Code is DecisionCode.Approved,
        "the hold's sum is spendable again", Cancel);

    public sealed class Fixture(SettlementCloud cloud) : StreetFixture(cloud)
    {
        internal override Dictionary<string, object> PolicyOf(Street street) => new()
        {
            ["trusted_after"] = 0, ["hold_seconds"] = 3, ["capturing_payees"] = (uint[])[street.OtherPayee],
            ["floor_minor"] = 500_00, ["soft_count"] = 500, ["hard_count"] = 500, ["soft_cumulative_minor"] = 500_00,
            ["hard_cumulative_minor"] = 500_00, ["account_day_minor"] = 500_00,
        };
    }
}
