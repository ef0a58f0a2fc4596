using MqttPay.CloudSync.Settlement;
using MqttPay.Payments;
using MqttPay.Settlement;
using Xunit;

namespace MqttPay.IntegrationTests.Postgres;

public sealed class DebtTests(LedgerServer server)
{
    private const ulong Poor = 0xa2;

    [Fact]
    public async Task A_first_ride_without_funds_is_a_debt_that_later_funds_pay_part_by_part()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        await RideAsync(world, 20_00);
        Assert.Equal((-20_00, 20_00), (
            await world.BalanceAsync(AccountKind.PayerDebt), await world.BalanceAsync(AccountKind.FloatFunds)));

        await world.FundAsync(Poor, 12_00);
        var owing = await world.AskAsync(5_00, account: Poor);
        await world.FundAsync(Poor, 30_00);
        var free = await world.AskAsync(5_00, account: Poor);

        Assert.Equal((DecisionCode.Insufficient, null), (owing.Code, owing.Lease));
        Assert.Equal(DecisionCode.Approved, free.Code);
        Assert.NotNull(free.Lease);
        Assert.Equal((0, 17_00), (
            await world.BalanceAsync(AccountKind.PayerDebt), await world.OfPayerAsync(Poor)));
        Assert.Equal(2, await world.NumberAsync("select payments::bigint from debt"));
        await world.ProveAsync();
    }

    [Fact]
    public async Task Funds_that_come_by_another_way_pay_the_debt_within_the_minute()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        await RideAsync(world, 20_00);
        await world.RunAsync(
            "update account set credit_minor = 5000 where kind = 1 and owner_no = $1", unchecked((long)Poor));

        await DebtBook.RecoverAllAsync(world.Database, LedgerWorld.Cancel);
        await DebtBook.RecoverAllAsync(world.Database, LedgerWorld.Cancel);

        Assert.Equal((0, -20_00), (
            await world.BalanceAsync(AccountKind.PayerDebt), await world.OfPayerAsync(Poor)));
        await world.ProveAsync();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(8_00, 8_00)]
    [InlineData(50_00, 50_00)]
    public async Task A_ride_that_is_taken_back_leaves_the_payer_as_he_was(long funds, long left)
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var (device, lease) = await RideAsync(world, 20_00);
        if (funds > 0) await world.FundAsync(Poor, funds);

        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(device, device.Reverse(2, 1), lease, 20_00)]));

        Assert.Equal((0, left, 0), (
            await world.BalanceAsync(AccountKind.PayerDebt), await world.OfPayerAsync(Poor),
            await world.BalanceAsync(AccountKind.Payee)));
        Assert.Equal(50_00, await world.NumberAsync(
            "select sum(balance_minor)::bigint from account where kind in (2, 5)"));
        Assert.Equal(0, await world.NumberAsync("select count(*) from float_due"));
        await world.ProveAsync();
    }

    /// <summary>A payer without funds pays from the gateway's float.</summary>
    private static async Task<(TestDevice Device, long Lease)> RideAsync(LedgerWorld world, long amountMinor)
    {
        var lease = await world.GrantAsync(50_00, account: null);
        var device = await world.EnrolDeviceAsync(1, await world.OpenPayerAsync(Poor, 0));
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(device, device.Sale(1, amountMinor), lease)]));
        return (device, lease);
    }
}
