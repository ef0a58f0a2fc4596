using MqttPay.IntegrationTests.Gateway;
using MqttPay.Payments;
using Xunit;

namespace MqttPay.IntegrationTests.Lifecycle;

/// <summary>
/// Every operation while the uplink is cut, and what the ledger says of it when the link is back: real MQTT, a real
/// edge process, a real PostgreSQL.
/// </summary>
[Collection(LifecycleCloud.Name)]
public sealed class OperationTests(OperationTests.Fixture fixture) : IClassFixture<OperationTests.Fixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sale_is_approved_offline_and_paid_once()
    {
        var street = await fixture.OfflineAsync(Cancel);
        var payer = street.Payer;
        var sale = await payer.SaleAsync(3_50, Cancel);
        Assert.Equal((DecisionCode.Approved, 3_50), (sale.Code, sale.AmountMinor));
        street.Heal();
        Assert.Equal(3_50, (await street.PostedAsync(sale.Id)).PaidMinor);
        await street.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_hold_grows_and_is_captured_in_part_offline_and_the_rest_goes_back()
    {
        var street = await fixture.OfflineAsync(Cancel);
        var auth = await street.Payer.AskAsync(Operation.Auth, 8_00, Cancel);
        var more = await street.Payer.OwnAsync(Operation.Increment, auth, 4_00, Cancel);
        Assert.Equal(DecisionCode.Approved, more.Code);
        await street.NoticedAsync(auth);
        var capture = await street.Shop.FinishAsync(Operation.Capture, auth, 9_25, Cancel);
        Assert.Equal((DecisionCode.Approved, 9_25), (capture.Code, capture.AmountMinor));

        // 20.00 leased, 9.25 captured: 10.75 is spendable again, and not a cent more.
        Assert.Equal(DecisionCode.Insufficient, (await street.Payer.SaleAsync(10_76, Cancel)).Code);
        Assert.Equal(DecisionCode.Approved, (await street.Payer.SaleAsync(10_75, Cancel)).Code);
        street.Heal();
        Assert.Equal(9_25, (await street.PostedAsync(capture.Id)).PaidMinor);
        await street.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_hold_is_given_up_by_the_payee_offline()
    {
        var street = await fixture.OfflineAsync(Cancel);
        var auth = await street.Payer.AskAsync(Operation.Auth, 20_00, Cancel);
        Assert.Equal(DecisionCode.Insufficient, (await street.Payer.SaleAsync(1_00, Cancel)).Code);
        var given = await street.Shop.FinishAsync(Operation.Void, auth, 0, Cancel);
        Assert.Equal((DecisionCode.Approved, 20_00), (given.Code, given.AmountMinor));
        Assert.Equal(DecisionCode.Approved, (await street.Payer.SaleAsync(20_00, Cancel)).Code);
        Assert.Equal(
            DecisionCode.HoldClosed, (await street.Shop.FinishAsync(Operation.Capture, auth, 1_00, Cancel)).Code);
        street.Heal();
        Assert.Equal(0, (await street.PostedAsync(given.Id)).PaidMinor);
        await street.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_sale_is_taken_back_by_its_device_offline_and_can_be_spent_again()
    {
        var street = await fixture.OfflineAsync(Cancel);
        var sale = await street.Payer.SaleAsync(20_00, Cancel);
        var back = await street.Payer.OwnAsync(Operation.Reverse, sale, 0, Cancel);
        Assert.Equal((DecisionCode.Approved, 20_00), (back.Code, back.AmountMinor));
        var again = await street.Payer.SaleAsync(19_00, Cancel);
        Assert.Equal(DecisionCode.Approved, again.Code);
        street.Heal();
        Assert.Equal(-20_00, (await street.PostedAsync(back.Id)).PaidMinor);
        Assert.Equal(19_00, (await street.PostedAsync(again.Id)).PaidMinor);
        await street.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Two_equal_refunds_are_paid_once_each_and_refill_no_lease()
    {
        var street = await fixture.OfflineAsync(Cancel);
        var sale = await street.Payer.SaleAsync(18_00, Cancel);
        var first = await street.Shop.FinishAsync(Operation.Refund, sale, 6_00, Cancel);
        var second = await street.Shop.FinishAsync(Operation.Refund, sale, 6_00, Cancel);
        Assert.Equal((DecisionCode.Approved, DecisionCode.Approved), (first.Code, second.Code));
        Assert.Equal(
            DecisionCode.CaptureExceeds, (await street.Shop.FinishAsync(Operation.Refund, sale, 6_01, Cancel)).Code);
        Assert.Equal(DecisionCode.Insufficient, (await street.Payer.SaleAsync(2_01, Cancel)).Code);
        street.Heal();
        Assert.Equal(-6_00, (await street.PostedAsync(first.Id)).PaidMinor);
        Assert.Equal(-6_00, (await street.PostedAsync(second.Id)).PaidMinor);
        await street.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_session_of_vouchers_is_settled_by_its_capture()
    {
        var street = await fixture.OfflineAsync(Cancel);
        var auth = await street.Payer.AskAsync(Operation.Auth, 15_00, Cancel);
        for (var tick = 1u; tick <= 5; tick++) await street.Payer.VouchAsync(auth, tick, tick * 1_10, Cancel);
        Assert.Equal(
            DecisionCode.NotPermitted, (await street.Payer.OwnAsync(Operation.Void, auth, 0, Cancel)).Code);
        var capture = await street.Shop.FinishAsync(Operation.Capture, auth, 5_50, Cancel);
        street.Heal();
        Assert.Equal(5_50, (await street.PostedAsync(capture.Id)).PaidMinor);
        await street.LedgerHoldsAsync();
    }

    [Theory]
    [InlineData(2_00)]
    [InlineData(0)]
    public async Task A_sale_waits_for_the_vending_machine_to_say_what_it_delivered(long delivered)
    {
        var street = await fixture.OfflineAsync(Cancel);
        var sale = await street.Payer.SaleAsync(
            2_50, Cancel, request => request with { Flags = RequestFlags.Confirm });
        await street.NoticedAsync(sale);
        var confirm = await street.Shop.FinishAsync(Operation.Confirm, sale, delivered, Cancel);
        Assert.Equal((DecisionCode.Approved, delivered), (confirm.Code, confirm.AmountMinor));
        street.Heal();
        Assert.Equal(delivered, (await street.PostedAsync(confirm.Id)).PaidMinor);
        await street.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Status_gives_the_stored_reply_to_the_payer_and_the_notice_to_the_payee()
    {
        var street = await fixture.OfflineAsync(Cancel);
        var auth = await street.Payer.AskAsync(Operation.Auth, 3_00, Cancel);
        var own = await street.Payer.OwnAsync(Operation.Status, auth, 0, Cancel);
        Assert.Equal(auth.Decision, own.Decision);
        var before = street.Shop.Notices.Count;
        await street.Shop.FinishAsync(Operation.Status, auth, 0, Cancel);
        Assert.True(street.Shop.Notices.Count > before);
        Assert.Equal(auth.Decision, street.Shop.Notices.Last().Decision);
    }

    [Fact]
    public async Task A_part_is_approved_when_the_lease_has_no_more_and_the_device_takes_less()
    {
        var street = await fixture.OfflineAsync(Cancel);
        var part = await street.Payer.SaleAsync(
            25_00, Cancel, request => request with { Flags = RequestFlags.PartialOk });
        Assert.Equal((DecisionCode.Approved, 20_00), (part.Code, part.AmountMinor));
        street.Heal();
        Assert.Equal(20_00, (await street.PostedAsync(part.Id)).PaidMinor);
        await street.LedgerHoldsAsync();
    }

    public sealed class Fixture(SettlementCloud cloud) : StreetFixture(cloud)
    {
        internal override Dictionary<string, object> PolicyOf(Street street) => new()
        {
            ["reverse_seconds"] = 60, ["trusted_after"] = 0, ["soft_count"] = 50, ["hard_count"] = 50,
            ["hold_seconds"] = 3_600, ["floor_minor"] = 200_00, ["soft_cumulative_minor"] = 200_00,
            ["hard_cumulative_minor"] = 200_00, ["account_day_minor"] = 200_00,
        };
    }
}
