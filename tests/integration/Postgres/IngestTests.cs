using MqttPay.CloudSync.Ingest;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Postgres;

public sealed class IngestTests(LedgerServer server)
{
    [Fact]
    public async Task A_sale_moves_money_from_the_lease_to_the_payee()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(100_00);

        var ack = await world.PostAsync(world.Edge.Batch(
            [TestEdge.Happen(
                new RoundEvent.LeaseOn(lease, 1)), TestEdge.Approve(world.Device, world.Device.Sale(1), lease)],
            [TestEdge.Decline(world.Device, world.Device.Sale(2, 500_00))]));

        Assert.Equal(3_50, await world.BalanceAsync(AccountKind.Payee));
        Assert.Equal(96_50, await world.BalanceAsync(AccountKind.Lease));
        Assert.Equal((long)LeaseState.Active, await world.NumberAsync("select state::bigint from lease"));
        Assert.Equal(WireError.None, CoseSign1.TryParse(ack, out var envelope));
        Assert.Equal(WireError.None, AckCodec.TryParse(ack.AsSpan()[envelope.Payload], out var content));
        Assert.Equal((1u, 1u, 2L), (content!.Edge, content.Fence, content.Round));
        var key = VerifyingKey.TryCreate(world.CloudKey)!;
        var signed = CoseSign1.ToBeSigned(
            MessageKind.Ack, envelope.Kid, envelope.Algorithm, ack.AsSpan()[envelope.Payload]);
        Assert.True(key.Verify(signed, ack.AsSpan()[envelope.Signature]));
    }

    [Fact]
    public async Task A_batch_sent_again_gets_the_same_bytes_and_posts_nothing()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(100_00);
        var batch = world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(1), lease)]);
        var ack = await world.PostAsync(batch);

        var again = Assert.IsType<IngestResult.Acked>(await world.SubmitAsync(batch));

        Assert.False(again.New);
        Assert.Equal(ack, again.Ack);
        Assert.Equal(1, await world.NumberAsync("select count(*) from payment"));
        await world.ProveAsync();
    }

    [Fact]
    public async Task Eight_twins_of_a_batch_post_once_and_get_equal_answers()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(100_00);
        for (var batch = 0; batch < 5; batch++)
        {
            var body = world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(1 + batch), lease)]);
            var answers =
                await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => world.SubmitAsync(body))));

            var acks = answers.Select(answer => Assert.IsType<IngestResult.Acked>(answer)).ToList();
            Assert.Single(acks, ack => ack.New);
            Assert.Single(acks.Select(ack => Convert.ToHexString(ack.Ack)).Distinct());
        }

        Assert.Equal(5 * 3_50, await world.BalanceAsync(AccountKind.Payee));
        await world.ProveAsync();
    }

    [Fact]
    public async Task A_gap_is_answered_with_the_round_that_is_wanted_and_keeps_nothing()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(100_00);
        var lost = world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(1), lease)]);
        var early = world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(2), lease)]);

        var gap = Assert.IsType<IngestResult.Gap>(await world.SubmitAsync(early));

        Assert.Equal(new IngestResult.Gap(1, default), gap);
        Assert.Equal(0, await world.NumberAsync("select count(*) from batch"));
        await world.PostAsync(lost);
        await world.PostAsync(early);
    }

    [Fact]
    public async Task A_fork_starts_a_new_fence_stops_the_leases_and_keeps_both_headers()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(100_00);
        var twin = world.Edge.Copy();
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(1), lease)]));

        var other = twin.Batch([TestEdge.Approve(world.Device, world.Device.Sale(2), lease)]);
        Assert.IsType<IngestResult.Fork>(await world.SubmitAsync(other));
        Assert.IsType<IngestResult.Fork>(await world.SubmitAsync(other));

        Assert.Equal(2, await world.NumberAsync("select fence from edge where state = 1"));
        Assert.Equal((long)LeaseState.Stopped, await world.NumberAsync("select state::bigint from lease"));
        Assert.Equal(1, await world.NumberAsync(
            """
            select count(*) from recon_break where subject = 3 and category = 2
              and evidence ->> 'held_header' <> evidence ->> 'told_header'
            """));
        await world.ProveAsync();
    }

    [Fact]
    public async Task An_edge_that_was_frozen_for_an_operator_is_not_thawed_by_a_fork()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(100_00);
        var twin = world.Edge.Copy();
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(1), lease)]));
        await world.RunAsync("update edge set state = 2");

        var other = twin.Batch([TestEdge.Approve(world.Device, world.Device.Sale(2), lease)]);
        Assert.IsType<IngestResult.Fork>(await world.SubmitAsync(other));

        Assert.Equal(1, await world.NumberAsync("select fence from edge where state = 2"));
    }

    [Fact]
    public async Task A_frozen_edge_can_still_tell_what_it_did()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(100_00);
        await world.RunAsync("update edge set state = 2");

        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(1), lease)]));
    }

    [Fact]
    public async Task Known_rounds_of_a_longer_run_are_dropped_and_the_rest_posts()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(100_00);
        var longer = world.Edge.Copy();
        IReadOnlyList<Leaf> first = [TestEdge.Approve(world.Device, world.Device.Sale(1), lease)];
        IReadOnlyList<Leaf> second = [TestEdge.Approve(world.Device, world.Device.Sale(2), lease)];
        var seal = TestEdge.Happen(new Seal(
            1, world.Edge.Unix / 86_400, [new(Operation.Sale, 978, DecisionCode.Approved, 1, 3_50)], [], 0, 1, 0, 1,
            world.Edge.Unix));
        await world.PostAsync(world.Edge.Batch(first));

        await world.PostAsync(longer.Batch([.. first, seal], second));

        Assert.Equal(2, await world.NumberAsync("select count(*) from payment"));
        Assert.Equal(2, await world.NumberAsync("select first_round from batch order by first_round desc limit 1"));
    }

    [Fact]
    public async Task A_record_with_a_wrong_signature_is_kept_as_evidence_and_not_posted()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(100_00);
        var stranger = new TestDevice(1, SigningKey.Create(SignatureAlgorithm.Es256));
        var good = (Leaf.Decided)TestEdge.Approve(world.Device, world.Device.Sale(1), lease);
        var forged = good with { Request = [.. good.Request[..^1], (byte)(good.Request[^1] ^ 1)] };

        await world.PostAsync(world.Edge.Batch([
            forged, TestEdge.Approve(stranger, stranger.Sale(1), lease),
            TestEdge.Approve(world.Device, world.Device.Sale(2), lease)]));

        Assert.Equal(
            2, await world.NumberAsync("select count(*) from reject where category = 1 and request is not null"));
        Assert.Equal(1, await world.NumberAsync("select count(*) from payment"));
        Assert.Equal(2, await world.NumberAsync("select count(*) from recon_break where category = 1"));
    }

    [Fact]
    public async Task A_forged_seal_refuses_the_whole_batch_and_keeps_its_bytes()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(100_00);
        var batch = world.Edge.BatchOf(
            seal => seal with { Totals = [seal.Totals[0] with { SumMinor = seal.Totals[0].SumMinor - 1 }] },
            [TestEdge.Approve(world.Device, world.Device.Sale(1), lease)]);

        var refused = Assert.IsType<IngestResult.Refused>(await world.SubmitAsync(batch));

        Assert.Equal("MP7004", refused.Code);
        Assert.Equal(1, await world.NumberAsync("select count(*) from quarantine where body = $1", batch));
        Assert.Equal(0, await world.NumberAsync("select count(*) from batch"));
        await world.ProveAsync();
    }

    [Fact]
    public async Task Another_edges_key_cannot_speak_for_this_edge()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(100_00);
        var impostor = new TestEdge(1, SigningKey.Create(SignatureAlgorithm.Es256));
        var batch = impostor.Batch([TestEdge.Approve(world.Device, world.Device.Sale(1), lease)]);

        Assert.Equal("MP6006", Assert.IsType<IngestResult.Refused>(await world.SubmitAsync(batch)).Code);
        Assert.Equal(1, await world.NumberAsync("select state::bigint from edge"));
    }

    [Fact]
    public async Task Approvals_above_the_lease_cost_the_operator_and_never_the_payer()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(5_00);
        var payer = await world.BalanceAsync(AccountKind.Payer);

        await world.PostAsync(world.Edge.Batch([
            TestEdge.Approve(world.Device, world.Device.Sale(1), lease),
            TestEdge.Approve(world.Device, world.Device.Sale(2), lease)]));

        Assert.Equal(7_00, await world.BalanceAsync(AccountKind.Payee));
        Assert.Equal(-2_00, await world.BalanceAsync(AccountKind.EdgeLoss));
        Assert.Equal(0, await world.BalanceAsync(AccountKind.Lease));
        Assert.Equal(payer, await world.BalanceAsync(AccountKind.Payer));
        Assert.Equal(1, await world.NumberAsync("select count(*) from recon_break where category = 8"));
    }

    [Fact]
    public async Task A_name_through_two_edges_posts_once()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var other = await world.EnrolEdgeAsync(2);
        var lease = await world.GrantAsync(50_00);
        var request = world.Device.Sale(1);
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, request, lease)]));

        // The second edge replays the message that was not meant for it; and once more through the first.
        await world.PostAsync(other.Batch([TestEdge.Approve(world.Device, request, lease)]), edge: 2);
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, request, lease)]));

        Assert.Equal(3_50, await world.BalanceAsync(AccountKind.Payee));
        Assert.Equal(1, await world.NumberAsync("select count(*) from reject where category = 1"));
        Assert.Equal(1, await world.NumberAsync("select count(*) from reject where category = 6 and request is null"));
    }

    [Fact]
    public async Task Two_contents_under_one_name_deny_the_key_and_set_the_second_amount_aside()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(1, 3_00), lease)]));
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(1, 4_00), lease)]));

        Assert.Equal(3_00, await world.BalanceAsync(AccountKind.Payee));
        Assert.Equal(4_00, await world.BalanceAsync(AccountKind.Suspense));
        Assert.Equal(1, await world.NumberAsync("select count(*) from device where state = 2 and denied_in = 1"));
        Assert.Equal(2, await world.NumberAsync("select roster_version from edge where edge_id = 1"));
    }

    [Fact]
    public async Task A_revoked_key_is_found_and_after_its_deny_list_it_costs_the_operator()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        await world.RunAsync("update device set state = 2, revoked_at = now() - interval '1 hour', denied_in = 4");

        await world.PostAsync(world.Edge.Batch(
            [TestEdge.Approve(world.Device, world.Device.Sale(1), lease), TestEdge.Happen(new RoundEvent.DenyOn(4))],
            [TestEdge.Approve(world.Device, world.Device.Sale(2), lease)]));

        Assert.Equal(-3_50, await world.BalanceAsync(AccountKind.EdgeLoss));
        Assert.Equal(46_50, await world.BalanceAsync(AccountKind.Lease));
        Assert.Equal(2, await world.NumberAsync("select count(*) from recon_break where category = 7"));
    }

    [Fact]
    public async Task A_void_gives_the_hold_back_to_its_lease()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Held(1, 9_00), lease)]));
        Assert.Equal(9_00, await world.NumberAsync("select held_minor from account where account_id = $1", lease));

        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Void(2, 1), lease)]));

        Assert.Equal(0, await world.NumberAsync("select held_minor from account where account_id = $1", lease));
        Assert.Equal(50_00, await world.BalanceAsync(AccountKind.Lease));
        Assert.Equal((long)HoldState.Voided, await world.NumberAsync("select state::bigint from hold"));
        Assert.Equal(0, await world.NumberAsync("select count(*) from recon_break"));
    }

    [Fact]
    public async Task A_confirmation_by_the_payees_device_captures_a_hold_by_its_payment_id()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        var counter = await world.EnrolDeviceAsync(1, null, "confirm", "void");
        var held = world.Device.Held(1, 9_00);
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, held, lease)]));

        var confirm =
            counter.Sale(1, 8_00) with { Operation = Operation.Confirm, ReferenceId = PaymentId.Of(held.Name) };
        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(counter, confirm, lease)]));

        Assert.Equal(8_00, await world.BalanceAsync(AccountKind.Payee));
        Assert.Equal(42_00, await world.BalanceAsync(AccountKind.Lease));
        Assert.Equal(0, await world.NumberAsync("select sum(held_minor)::bigint from account"));
        Assert.Equal(0, await world.NumberAsync("select count(*) from recon_break"));
    }

    [Fact]
    public async Task A_closed_lease_gives_its_rest_back_to_the_payer_once_nothing_is_held()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00);
        await world.PostAsync(world.Edge.Batch([
            TestEdge.Happen(new RoundEvent.LeaseOn(lease, 1)),
            TestEdge.Approve(world.Device, world.Device.Sale(1, 10_00), lease),
            TestEdge.Approve(world.Device, world.Device.Held(2, 5_00), lease),
            TestEdge.Happen(new RoundEvent.LeaseStop(lease, 1))]));
        await world.PostAsync(world.Edge.Batch([TestEdge.Happen(new RoundEvent.LeaseClose(lease, 10_00, 40_00))]));
        Assert.Equal(950_00, await world.BalanceAsync(AccountKind.Payer));

        await world.PostAsync(world.Edge.Batch([
            TestEdge.Happen(new RoundEvent.HoldEnd(world.Device.Kid, 1, 2, false, 0))]));

        Assert.Equal(990_00, await world.BalanceAsync(AccountKind.Payer));
        Assert.Equal((long)LeaseState.Closed, await world.NumberAsync("select state::bigint from lease"));
        Assert.Equal(0, await world.NumberAsync("select count(*) from recon_break"));
    }

    [Theory]
    [InlineData(10_00, 10_00, 0)]
    [InlineData(10_01, 0, 10_01)]
    public async Task The_float_is_refilled_by_the_payer_or_by_the_debt(long amountMinor, long fromPayer, long fromDebt)
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(50_00, account: null);
        var poor = await world.EnrolDeviceAsync(1, await world.OpenPayerAsync(0xa2, 10_00));

        await world.PostAsync(world.Edge.Batch([TestEdge.Approve(poor, poor.Sale(1, amountMinor), lease)]));

        Assert.Equal(1_010_00 - fromPayer, await world.BalanceAsync(AccountKind.Payer));
        Assert.Equal(-fromDebt, await world.BalanceAsync(AccountKind.PayerDebt));
        Assert.Equal(amountMinor, await world.BalanceAsync(AccountKind.FloatFunds));
        Assert.Equal(0, await world.NumberAsync("select count(*) from float_due"));
    }

    [Fact]
    public async Task Bytes_that_are_no_batch_are_refused_and_kept()
    {
        await using var world = await LedgerWorld.CreateAsync(server);

        Assert.IsType<IngestResult.Refused>(await world.SubmitAsync([0x82, 0x01]));

        Assert.Equal(1, await world.NumberAsync("select count(*) from quarantine"));
    }
}
