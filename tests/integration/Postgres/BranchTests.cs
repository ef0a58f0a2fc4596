using MqttPay.CloudSync.Ingest;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Postgres;

public sealed class BranchTests(LedgerServer server)
{
    [Fact]
    public async Task A_lost_branch_posts_once_in_its_category_and_gets_the_same_answer_again()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(1), lease)]));
        var lost = world.Edge.Copy();
        await world.RefenceAsync();
        var rounds = lost.Run(
            [TestEdge.Approve(world.Device, world.Device.Sale(2, 4_00), lease)],
            [TestEdge.Approve(world.Device, world.Device.Sale(3, 5_00), lease),
            TestEdge.Decline(world.Device, world.Device.Sale(4))]);

        var first = Assert.IsType<IngestResult.Acked>(await world.SubmitBranchAsync(rounds));
        var again = Assert.IsType<IngestResult.Acked>(await world.SubmitBranchAsync(rounds));

        Assert.Equal((true, false), (first.New, again.New));
        Assert.Equal(first.Ack, again.Ack);
        Assert.Equal(12_50, await world.BalanceAsync(AccountKind.Payee));
        Assert.Equal(37_50, await world.BalanceAsync(AccountKind.Lease));
        Assert.Equal(2, await world.CategoryCountAsync(Category.ChainFork));
        Assert.Equal(4, await world.NumberAsync("select sequence_floor from device"));
        await world.ProveAsync();
    }

    [Fact]
    public async Task Both_histories_of_a_restored_edge_count_and_each_name_once()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        var lost = world.Edge.Copy();
        await world.PostAsync(world.Edge.Batch(
            [TestEdge.Approve(world.Device, world.Device.Sale(1, 1_00), lease)],
            [TestEdge.Approve(world.Device, world.Device.Sale(2, 2_00), lease)]));
        await world.RefenceAsync();

        // The lost history decided sale 1 too, a second later, a sale 2 with other content, and sale 3.
        lost.Unix++;
        var rounds = lost.Run(
            [TestEdge.Approve(world.Device, world.Device.Sale(1, 1_00), lease)],
            [TestEdge.Approve(world.Device, world.Device.Sale(2, 2_50), lease),
            TestEdge.Approve(world.Device, world.Device.Sale(3, 3_00), lease)]);
        Assert.IsType<IngestResult.Acked>(await world.SubmitBranchAsync(rounds));

        Assert.Equal(6_00, await world.BalanceAsync(AccountKind.Payee));
        Assert.Equal(1, await world.CategoryCountAsync(Category.DuplicateBenign));
        Assert.Equal(1, await world.CategoryCountAsync(Category.Conflict));
        Assert.Equal(1, await world.CategoryCountAsync(Category.ChainFork));
        await world.ProveAsync();
    }

    [Fact]
    public async Task Rounds_that_both_histories_share_are_taken_once()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        var lost = world.Edge.Copy();
        IReadOnlyList<Leaf> shared = [TestEdge.Approve(world.Device, world.Device.Sale(1), lease)];
        await world.PostAsync(world.Edge.Batch(
            shared, [TestEdge.Approve(world.Device, world.Device.Sale(2), lease)]));
        await world.RefenceAsync();

        Assert.IsType<IngestResult.Acked>(await world.SubmitBranchAsync(lost.Run(
            shared, [TestEdge.Approve(world.Device, world.Device.Sale(3), lease)])));

        Assert.Equal(3 * 3_50, await world.BalanceAsync(AccountKind.Payee));
        Assert.Equal(2, await world.NumberAsync("select first_round from batch where branch = 1"));
        Assert.Equal(0, await world.CategoryCountAsync(Category.DuplicateBenign));
        await world.ProveAsync();
    }

    [Theory]
    [InlineData(945_00, 2_00, 0)]
    [InlineData(948_00, 2_00, -3_00)]
    public async Task What_no_lease_covers_is_the_payers_if_he_has_it_and_else_the_operators(
        long elsewhere, long left, long loss)
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        await world.EnrolEdgeAsync(2);
        await world.EnrolDeviceAsync(2, new AccountId(0xa1).ToString());
        var lease = await world.GrantAsync(50_00);
        var lost = world.Edge.Copy();
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(1, 49_00), lease)]));
        await world.RefenceAsync();
        await world.RunAsync("update edge set lease_minor = 100000");
        await world.GrantAsync(elsewhere, edge: 2);

        var rounds = lost.Run([TestEdge.Approve(world.Device, world.Device.Sale(2, 4_00), lease)]);
        Assert.IsType<IngestResult.Acked>(await world.SubmitBranchAsync(rounds));

        Assert.Equal(53_00, await world.BalanceAsync(AccountKind.Payee));
        Assert.Equal((left, loss), (
            await world.OfPayerAsync(0xa1), await world.BalanceAsync(AccountKind.EdgeLoss)));
        await world.ProveAsync();
    }

    [Fact]
    public async Task A_lost_sale_whose_device_was_told_that_nothing_was_taken_waits_in_suspense()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        var lost = world.Edge.Copy();
        await world.RefenceAsync();
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Reverse(2, 1), 0)]));

        Assert.IsType<IngestResult.Acked>(await world.SubmitBranchAsync(
            lost.Run([TestEdge.Approve(world.Device, world.Device.Sale(1), lease)])));

        Assert.Equal((0, 3_50), (
            await world.BalanceAsync(AccountKind.Payee), await world.BalanceAsync(AccountKind.Suspense)));
        Assert.Equal(1, await world.CategoryCountAsync(Category.ChainFork));
        await world.ProveAsync();
    }

    [Fact]
    public async Task A_branch_goes_on_where_it_ended_and_a_run_that_hangs_in_the_air_waits()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(1), lease)]));
        var lost = world.Edge.Copy();
        await world.RefenceAsync();
        var first = lost.Run([TestEdge.Approve(world.Device, world.Device.Sale(2), lease)]);
        var second = lost.Run([TestEdge.Approve(world.Device, world.Device.Sale(3), lease)]);
        var third = lost.Run([TestEdge.Approve(world.Device, world.Device.Sale(4), lease)]);

        Assert.IsType<IngestResult.Acked>(await world.SubmitBranchAsync(first));
        Assert.IsType<IngestResult.Gap>(await world.SubmitBranchAsync(third));
        Assert.IsType<IngestResult.Acked>(await world.SubmitBranchAsync(second));
        Assert.IsType<IngestResult.Acked>(await world.SubmitBranchAsync(third));

        Assert.Equal(1, await world.NumberAsync("select count(distinct branch) from batch where branch > 0"));
        Assert.Equal(4 * 3_50, await world.BalanceAsync(AccountKind.Payee));
        await world.ProveAsync();
    }

    [Fact]
    public async Task A_branch_of_another_key_or_of_the_fence_in_force_is_refused()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        var forger = new TestEdge(1, SigningKey.Create(SignatureAlgorithm.Es256));
        var early = world.Edge.Copy().Run([TestEdge.Approve(world.Device, world.Device.Sale(1), lease)]);

        var inForce = Assert.IsType<IngestResult.Refused>(await world.SubmitBranchAsync(early));
        await world.RefenceAsync();
        var forged = Assert.IsType<IngestResult.Refused>(await world.SubmitBranchAsync(
            forger.Run([TestEdge.Approve(world.Device, world.Device.Sale(1), lease)])));

        Assert.Equal(("MP6009", "MP7001"), (inForce.Code, forged.Code));
        Assert.Equal(0, await world.NumberAsync("select count(*) from batch"));
    }

    [Fact]
    public async Task A_lost_leases_close_frees_nothing()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        var lost = world.Edge.Copy();
        await world.RefenceAsync();

        Assert.IsType<IngestResult.Acked>(await world.SubmitBranchAsync(
            lost.Run([TestEdge.Happen(new RoundEvent.LeaseClose(lease, 0, 50_00))])));

        Assert.Equal(50_00, await world.BalanceAsync(AccountKind.Lease));
        await world.ProveAsync();
    }
}
