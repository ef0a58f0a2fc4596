using MqttPay.CloudSync.Documents;
using MqttPay.CloudSync.Enrolment;
using MqttPay.CloudSync.Leases;
using MqttPay.CloudSync.Settlement;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Postgres;

public sealed class ReclaimTests(LedgerServer server)
{
    [Fact]
    public async Task The_rest_goes_back_to_the_payer_at_the_operators_cost_and_the_fence_rises()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        await world.PostAsync(world.Edge.Batch([
            TestEdge.Happen(new RoundEvent.LeaseOn(lease, 1)),
            TestEdge.Approve(world.Device, world.Device.Sale(1, 10_00), lease)]));

        var view = await world.ReclaimAsync(lease);
        var again = await world.ReclaimAsync(lease);

        Assert.Equal((40_00, 2u), (view.ReturnedMinor, view.Fence));
        Assert.Equal((40_00, 2u), (again.ReturnedMinor, again.Fence));
        Assert.Equal(990_00, await world.OfPayerAsync(0xa1));
        Assert.Equal((-40_00, 40_00), (
            await world.BalanceAsync(AccountKind.EdgeLoss), await world.BalanceAsync(AccountKind.Lease)));
        Assert.Equal(DecisionCode.EdgeFrozen, (await world.AskAsync(10_00, fence: 1)).Code);
    }

    [Fact]
    public async Task A_late_journal_settles_from_the_operators_loss_and_its_close_releases_the_rest()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Held(1, 10_00), lease)]));
        await world.ReclaimAsync(lease);

        await world.PostAsync(world.Edge.Batch(
            [TestEdge.Approve(world.Device, world.Device.Sale(2, 15_00), lease),
            TestEdge.Approve(world.Device, world.Device.Void(3, 1), lease)],
            [TestEdge.Happen(new RoundEvent.LeaseStop(lease, 1)),
            TestEdge.Happen(new RoundEvent.LeaseClose(lease, 15_00, 35_00))]));

        Assert.Equal(1_000_00, await world.OfPayerAsync(0xa1));
        Assert.Equal((15_00, -15_00, 0), (
            await world.BalanceAsync(AccountKind.Payee), await world.BalanceAsync(AccountKind.EdgeLoss),
            await world.BalanceAsync(AccountKind.Lease)));
        Assert.Equal(0, await world.NumberAsync("select count(*) from recon_break"));
    }

    [Fact]
    public async Task A_payment_from_before_the_reclaim_that_is_taken_back_after_it_is_the_payers()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(1, 10_00), lease)]));
        await world.ReclaimAsync(lease);

        await world.PostAsync(world.Edge.Batch([
            TestEdge.Approve(world.Device, world.Device.Reverse(2, 1), lease, 10_00),
            TestEdge.Happen(new RoundEvent.LeaseClose(lease, 0, 50_00))]));

        Assert.Equal((1_000_00, 0), (
            await world.OfPayerAsync(0xa1), await world.BalanceAsync(AccountKind.EdgeLoss)));
    }

    [Fact]
    public async Task A_lost_gateway_gives_back_every_lease_and_its_float_at_once()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var first = await world.GrantAsync(50_00);
        await world.GrantAsync(50_00, account: null);
        await world.EnrolDeviceAsync(1, await world.OpenPayerAsync(0xa2, 30_00));
        await world.GrantAsync(30_00, account: 0xa2);
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(1, 50_00), first)]));

        var desk = new ReclaimDesk(world.Fences, TimeProvider.System);
        var outcome = await world.DoAsync(connection =>
            desk.GatewayAsync(connection, 1, "test", LedgerWorld.Cancel));
        var nothing = await world.DoAsync(connection =>
            desk.LeaseAsync(connection, first, "test", LedgerWorld.Cancel));

        // The first lease is spent: nothing of it goes back, and it only stops.
        Assert.Equal([50_00L, 30_00L], outcome.Value!.Leases.Select(lease => lease.ReturnedMinor));
        Assert.Equal((80_00, 2u), (outcome.Value.ReturnedMinor, outcome.Value.Fence));
        Assert.Equal((30_00, 50_00, -80_00), (
            await world.OfPayerAsync(0xa2), await world.BalanceAsync(AccountKind.FloatFunds),
            await world.BalanceAsync(AccountKind.EdgeLoss)));
        Assert.Equal(8015, nothing.Refusal!.Number);
    }

    /// <summary>Rule T: years go by, every chore runs, and no lease gives anything back.</summary>
    [Fact]
    public async Task Time_alone_frees_nothing()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Held(1, 10_00), lease)]));
        await world.RefenceAsync();
        var later = new LaterClock();
        using var signer = new DocumentSigner(SigningKey.Create(SignatureAlgorithm.Es256));
        var denials = new DenyBook(signer);
        var keys = new DeviceKeys(
            world.Database, new DeviceBook(signer, denials, later), denials, signer, later);

        await new FloatRecovery(world.Database).RunAsync(LedgerWorld.Cancel);
        await DebtBook.RecoverAllAsync(world.Database, LedgerWorld.Cancel);
        await keys.RetireAsync(LedgerWorld.Cancel);
        await new LeaseIssuer(world.Database, later).AskAsync(
            1, new(99, 2, new(0xa1), 978, 1_00, Evidence.LeaseLow, 0, 1), LedgerWorld.Cancel);

        Assert.Equal(50_00, await world.NumberAsync("select balance_minor from account where account_id = $1", lease));
        Assert.Equal(10_00, await world.NumberAsync("select held_minor from account where account_id = $1", lease));
        await world.ProveAsync();
    }

    private sealed class LaterClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow.AddYears(10);
    }
}
