using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Postgres;

/// <summary>Payments whose parts arrive in batches of their own.</summary>
public sealed class LifecycleTests(LedgerServer server)
{
    [Fact]
    public async Task A_session_with_increments_reverses_one_and_captures_the_rest()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var till = await world.EnrolDeviceAsync(1, null);
        var (first, second) = (await world.GrantAsync(50_00), await world.GrantAsync(60_00));
        var auth = world.Device.Auth(1, 20_00);
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, auth, first)]));
        await world.PostAsync(world.Edge.Batch([
            TestEdge.Approve(world.Device, world.Device.Increment(2, 1, 5_00), second),
            TestEdge.Approve(world.Device, world.Device.Increment(3, 1, 7_00), second)]));

        await world.PostAsync(world.Edge.Batch([
            TestEdge.Approve(world.Device, world.Device.Reverse(4, 2), second, 5_00)]));
        Assert.Equal(7_00, await HeldAsync(world, second));
        await world.PostAsync(world.Edge.Batch([
            TestEdge.Approve(till, till.About(Operation.Capture, 1, auth, 25_00), first)]));

        Assert.Equal(25_00, await world.BalanceAsync(AccountKind.Payee));
        Assert.Equal((30_00, 55_00), (await LeftAsync(world, first), await LeftAsync(world, second)));
        Assert.Equal((0, 0), (await HeldAsync(world, first), await HeldAsync(world, second)));
        Assert.Equal(0, await world.NumberAsync("select count(*) from recon_break"));
    }

    [Fact]
    public async Task A_captured_payment_is_refunded_part_by_part_to_the_payer_and_never_beyond()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var till = await world.EnrolDeviceAsync(1, null);
        var lease = await world.GrantAsync(50_00);
        var sale = world.Device.Sale(1, 10_00);
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, sale, lease)]));
        for (var part = 1; part <= 2; part++)
            await world.PostAsync(world.Edge.Batch([
                TestEdge.Approve(till, till.About(Operation.Refund, part, sale, 4_00), 0)]));

        await world.PostAsync(world.Edge.Batch([
            TestEdge.Approve(till, till.About(Operation.Refund, 3, sale, 4_00), 0)]));

        Assert.Equal((0, 40_00, 960_00), (
            await world.BalanceAsync(AccountKind.Payee), await LeftAsync(world, lease),
            await world.OfPayerAsync(0xa1)));
        Assert.Equal(1, await world.CategoryCountAsync(Category.AmountMismatch));
    }

    [Fact]
    public async Task The_last_voucher_of_earlier_batches_is_what_the_end_of_a_hold_captures()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        await world.PostAsync(world.Edge.Batch([
            TestEdge.Approve(world.Device, world.Device.Auth(1, 20_00), lease),
            Voucher(world, 1, 3_00), Voucher(world, 5, 8_00)]));
        await world.PostAsync(world.Edge.Batch([Voucher(world, 6, 9_00)]));

        await world.PostAsync(world.Edge.Batch([
            TestEdge.Happen(new RoundEvent.HoldEnd(world.Device.Kid, 1, 1, true, 9_00))]));

        Assert.Equal((9_00, 41_00), (
            await world.BalanceAsync(AccountKind.Payee), await LeftAsync(world, lease)));
        Assert.Equal(0, await world.NumberAsync("select count(*) from recon_break"));
    }

    [Fact]
    public async Task A_forged_voucher_and_one_without_a_session_are_breaks_and_bill_nobody()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        var message = world.Device.Sign(world.Device.Voucher(1, 2, 8_00));
        message[^1] ^= 1;

        await world.PostAsync(world.Edge.Batch([
            TestEdge.Happen(new RoundEvent.VoucherKept(world.Device.Sign(world.Device.Voucher(7, 1, 8_00)))),
            TestEdge.Approve(world.Device, world.Device.Auth(1, 20_00), lease),
            TestEdge.Happen(new RoundEvent.VoucherKept(message)),
            TestEdge.Happen(new RoundEvent.HoldEnd(world.Device.Kid, 1, 1, true, 8_00))]));

        Assert.Equal((0, 50_00), (await world.BalanceAsync(AccountKind.Payee), await LeftAsync(world, lease)));
        Assert.Equal(
            1, await world.NumberAsync("select count(*) from recon_break where category = 9"));
        Assert.Equal(1, await world.NumberAsync("select count(*) from recon_break where category = 1"));
        Assert.Equal(1, await world.NumberAsync("select count(*) from recon_break where category = 12"));
    }

    [Fact]
    public async Task A_lease_of_an_old_fence_pays_nothing_and_gets_no_successor_under_it()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(1), lease)]));
        await world.RefenceAsync();

        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(2), lease)]));

        Assert.Equal(46_50, await LeftAsync(world, lease));
        Assert.Equal(-3_50, await world.BalanceAsync(AccountKind.EdgeLoss));
        Assert.Equal(1, await world.CategoryCountAsync(Category.OverLease));
        Assert.Equal(DecisionCode.EdgeFrozen, (await world.AskAsync(10_00, fence: 1)).Code);
        Assert.Equal(DecisionCode.Approved, (await world.AskAsync(10_00, fence: 2)).Code);
    }

    [Fact]
    public async Task What_a_payer_spends_at_an_edge_is_kept_by_day()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        await world.PostAsync(world.Edge.Batch([
            TestEdge.Approve(world.Device, world.Device.Sale(1), lease),
            TestEdge.Approve(world.Device, world.Device.Sale(2), lease)]));
        await world.PostAsync(world.Edge.Batch([
            TestEdge.Approve(world.Device, world.Device.Reverse(3, 2), lease, 3_50)]));

        Assert.Equal(3_50, await world.NumberAsync("select spent_minor from edge_spend"));
        Assert.Equal(2, await world.NumberAsync("select payments from edge_spend"));
    }

    private static Leaf Voucher(LedgerWorld world, uint tick, long amountMinor) => TestEdge.Happen(
        new RoundEvent.VoucherKept(world.Device.Sign(world.Device.Voucher(1, tick, amountMinor))));

    private static Task<long> LeftAsync(LedgerWorld world, long lease) =>
        world.NumberAsync("select balance_minor from account where account_id = $1", lease);

    private static Task<long> HeldAsync(LedgerWorld world, long lease) =>
        world.NumberAsync("select held_minor from account where account_id = $1", lease);
}
