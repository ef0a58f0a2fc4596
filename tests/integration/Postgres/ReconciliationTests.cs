using System.Text.Json;
using MqttPay.CloudSync;
using MqttPay.CloudSync.Settlement;
using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Postgres;

public sealed class ReconciliationTests(LedgerServer server)
{
    [Fact]
    public async Task A_payment_is_explained_from_its_bytes_alone()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        var request = world.Device.Sale(2, 4_00);
        var ack = await world.PostAsync(world.Edge.Batch(
            [TestEdge.Happen(new RoundEvent.LeaseOn(lease, 1)),
            TestEdge.Approve(world.Device, world.Device.Sale(1), lease)],
            [TestEdge.Decline(world.Device, world.Device.Sale(3)), TestEdge.Approve(world.Device, request, lease)]));

        var found = await new Explainer(world.Database).PaymentAsync(PaymentId.Of(request.Name), LedgerWorld.Cancel);

        Assert.NotNull(found);
        Assert.Equal(("payment", "MATCHED"), (found.Place, found.Category));
        Assert.Equal(("valid", "sale", 2L), (found.Request.Signature, found.Request.Operation, found.Request.Seq));
        Assert.Equal((4_00L, 978), (found.Request.Fields!.AmountMinor, found.Request.Fields.Currency));
        Assert.Equal(
            ("approved", 4_00L, lease), (found.Decision.Name, found.Decision.AmountMinor, found.Decision.Lease));
        Assert.Equal((2L, 1, 3, "valid", true), (
            found.Round.Number, found.Round.Index, found.Round.Count, found.Round.Signature, found.Round.Included));
        Assert.Equal((3, Convert.ToHexStringLower(ack)), (found.Batch.Position, found.Batch.Ack));
        Assert.Equal(
            [(lease, "lease", -4_00L), (await PayeeAsync(world), "payee", 4_00L)],
            found.Legs.Select(leg => (leg.AccountId, leg.Kind, leg.AmountMinor)));
        Assert.Equal((lease, "active", 42_50L), (found.Lease!.LeaseId, found.Lease.State, found.Lease.BalanceMinor));
        Assert.Null(found.Break);
        Assert.Contains("\"payment_id\":", JsonSerializer.Serialize(found, ApiJson.Options), StringComparison.Ordinal);
        Assert.Null(await new Explainer(world.Database).PaymentAsync(default, LedgerWorld.Cancel));
    }

    [Fact]
    public async Task A_decline_is_explained_by_its_payment_id()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var request = world.Device.Sale(1);
        await world.PostAsync(world.Edge.Batch([TestEdge.Decline(world.Device, request)]));

        var found = await new Explainer(world.Database).PaymentAsync(PaymentId.Of(request.Name), LedgerWorld.Cancel);

        Assert.Equal(("decline", "insufficient", "MP2001"), (found!.Place, found.Decision.Name, found.Decision.Code));
        Assert.Empty(found.Legs);
    }

    [Fact]
    public async Task A_break_is_explained_with_the_money_that_was_set_aside()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        await world.PostAsync(world.Edge.Batch([
            TestEdge.Approve(world.Device, world.Device.Sale(1, 3_00), lease),
            TestEdge.Approve(world.Device, world.Device.Sale(1, 3_00), lease),
            TestEdge.Approve(world.Device, world.Device.Sale(1, 4_00), lease)]));
        await using var connection = await world.Database.OpenConnectionAsync(LedgerWorld.Cancel);

        var found = Assert.Single(await Reconciliation.BreaksAsync(connection, true, 0, 10, LedgerWorld.Cancel));
        var conflict = await new Explainer(world.Database).BreakAsync(found.BreakId, LedgerWorld.Cancel);

        Assert.Equal(("CONFLICT", "MP7005", "fraud", "open"), (found.Category, found.Code, found.Owner, found.State));
        Assert.Equal(("reject", "CONFLICT", "valid", true), (
            conflict!.Place, conflict.Category, conflict.Request.Signature, conflict.Round.Included));
        Assert.Equal([-4_00L, 4_00L], conflict.Legs.Select(leg => leg.AmountMinor));
        Assert.Equal(new FirstView(found.Keys[0], 0), conflict.First);
    }

    [Fact]
    public async Task The_summary_counts_every_record_once_and_leaves_none_over()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(5_00);
        await world.PostAsync(world.Edge.Batch(
            [TestEdge.Approve(world.Device, world.Device.Sale(1), lease)],
            [TestEdge.Approve(world.Device, world.Device.Sale(1), lease),
            TestEdge.Decline(world.Device, world.Device.Sale(2))],
            [TestEdge.Approve(world.Device, world.Device.Sale(3), lease)]));
        await using var connection = await world.Database.OpenConnectionAsync(LedgerWorld.Cancel);

        var summary = await Reconciliation.SummaryAsync(connection, LedgerWorld.Cancel);

        Assert.Equal(
            (4L, 7_00L, 0L, 1L), (summary.Records, summary.ValueMinor, summary.Uncategorised, summary.OpenBreaks));
        Assert.Equal(new CategoryTotal(20, 2, 3_50), summary.ByCategory["MATCHED"]);
        Assert.Equal(new CategoryTotal(8, 1, 3_50), summary.ByCategory["OVER_LEASE"]);
        Assert.Equal(new CategoryTotal(6, 1, 0), summary.ByCategory["DUPLICATE_BENIGN"]);
    }

    [Fact]
    public async Task Rows_that_no_batch_counts_are_told_and_never_hide_others()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(1), lease)]));
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(2), lease)]));

        await world.RunAsync(
            "update payment set batch_no = (select min(batch_no) from batch), position = 7 where seq = 2");
        await world.RunAsync("insert into reject (batch_no, position, category, round_no, decision) "
            + "select min(batch_no), 9, 6, 1, '' from batch");
        await using var connection = await world.Database.OpenConnectionAsync(LedgerWorld.Cancel);

        // Two rows too many in the first batch, one too few in the second.
        Assert.Equal(3, (await Reconciliation.SummaryAsync(connection, LedgerWorld.Cancel)).Uncategorised);
    }

    [Fact]
    public async Task Payments_are_listed_in_the_order_of_posting_page_by_page()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        for (var first = 1; first < 7; first += 2)
            await world.PostAsync(world.Edge.Batch([
                TestEdge.Approve(world.Device, world.Device.Sale(first), lease),
                TestEdge.Approve(world.Device, world.Device.Sale(first + 1), lease)]));
        await using var connection = await world.Database.OpenConnectionAsync(LedgerWorld.Cancel);

        var seen = new List<PaymentView>();
        while (await PaymentList.PageAsync(
            connection, 1, seen.Count == 0 ? 0 : seen[^1].Cursor, 2 + seen.Count / 3,
            LedgerWorld.Cancel) is { Count: > 0 } page)
            seen.AddRange(page);

        Assert.Equal([1L, 2, 3, 4, 5, 6], seen.Select(payment => payment.Seq));
        Assert.All(
            seen,
            payment => Assert.Equal(("sale", lease, "MATCHED"), (payment.Operation, payment.Lease, payment.Category)));
        Assert.Empty(await PaymentList.PageAsync(connection, 2, 0, 10, LedgerWorld.Cancel));
    }

    /// <summary>A check that never fails proves nothing: each is shown to see what it is for.</summary>
    [Fact]
    public async Task Every_invariant_sees_the_error_that_is_planted_for_it()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        await world.PostAsync(world.Edge.Batch([
            TestEdge.Approve(world.Device, world.Device.Sale(1), lease),
            TestEdge.Approve(world.Device, world.Device.Held(2), lease),
            TestEdge.Approve(world.Device, world.Device.Sale(1), lease)]));
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(3), lease)]));

        (string Name, string Sql)[] planted =
        [
            ("L1", "update account set balance_minor = balance_minor + 1 where kind = 3"),
            ("L2", "update account set entry_count = entry_count + 1 where kind = 3"),
            ("L3", "update account set currency = 840 where kind = 3"),
            ("L4", "update account set held_minor = held_minor - 1 where kind = 2"),
            ("L5", "update hold set open_minor = open_minor - 1"),
            ("L6", "update batch set accepted = accepted + 1, declined = declined - 1"),
            ("L7", "update payment set batch_no = 99 where seq = 3"),
            ("L8", "update batch set previous_head = '\\x00' where first_round = 2"),
            ("L9", "update edge_chain set next_round = next_round + 1"),
            ("L10", "update payee_day set paid_minor = paid_minor + 1"),
            ("L11", "update lease set limit_minor = limit_minor + 1"),
            ("L12", "update lease set state = 4"),
            ("L13", "delete from reject"),
            ("L14", "update reject set request = '\\x00'"),
            ("L15", "insert into settlement (payee_id, business_date, gross_minor, back_minor, net_minor) "
                + "select payee_id, business_date, paid_minor + 1, back_minor, paid_minor + 1 - back_minor "
                + "from payee_day"),
            ("L16", "update account set balance_minor = balance_minor - 1 where kind = 10"),
            ("I3", "insert into transfer (kind, cause_id, debit_id, credit_id, made_by, amount_minor, business_date) "
                + "select 3, lease_id, lease_id, payer_id, 'clock', 1, business_date from lease, business_day"),
        ];
        await using var connection = await world.Database.OpenConnectionAsync(LedgerWorld.Cancel);
        foreach (var (name, sql) in planted)
        {
            await using var transaction = await connection.BeginTransactionAsync(LedgerWorld.Cancel);
            await CloudSync.Storage.Sql.RunAsync(connection, sql, LedgerWorld.Cancel);
            var check = LedgerInvariants.All.Single(each => each.Name == name);
            var violations = await CloudSync.Storage.Sql.ValueAsync<long>(connection, check.Sql, LedgerWorld.Cancel);
            Assert.True(violations > 0, $"{name} does not see: {sql}");
            await transaction.RollbackAsync(LedgerWorld.Cancel);
        }

        Assert.Equal(LedgerInvariants.All.Select(each => each.Name), planted.Select(each => each.Name));
        await world.ProveAsync();
    }

    [Fact]
    public async Task The_trial_balance_adds_up_to_nothing()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(1), lease)]));

        var lines = await LedgerProof.TrialBalanceAsync(world.Database, LedgerWorld.Cancel);

        Assert.Equal(0, lines.Sum(line => line.BalanceMinor));
        Assert.Equal(3_50, lines.Single(line => line.Kind is AccountKind.Payee).BalanceMinor);
    }

    private static Task<long> PayeeAsync(LedgerWorld world) =>
        world.NumberAsync("select account_id from account where kind = 3");
}
