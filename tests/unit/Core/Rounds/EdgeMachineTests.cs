using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;
using Xunit;
using static MqttPay.UnitTests.Core.Rounds.EdgeBench;

namespace MqttPay.UnitTests.Core.Rounds;

public sealed class EdgeMachineTests
{
    [Fact]
    public void A_reply_leaves_only_after_its_round_is_durable()
    {
        var bench = Ready();
        Assert.DoesNotContain(bench.Send(bench.Next(Alice)), effect => effect is Effect.Reply);
        Assert.Single(bench.Sync().OfType<Effect.Reply>());
    }

    [Fact]
    public void An_approval_is_taken_from_the_lease_once()
    {
        var bench = Ready();
        var sale = bench.Next(Alice);
        var decision = bench.Decide(sale);

        Assert.Equal((DecisionCode.Approved, 1_50L, 901L), (decision.Code, decision.AmountMinor, decision.Lease));
        Assert.IsType<Effect.Repeat>(Assert.Single(bench.Send(sale)));
        Assert.Equal(1_50, bench.Book.Leases[901].SpentMinor);
    }

    [Fact]
    public void A_repeat_signed_again_is_the_same_request()
    {
        var bench = Ready();
        var sale = bench.Next(Alice);
        bench.Decide(sale);
        Assert.IsType<Effect.Repeat>(Assert.Single(bench.Do(new Input.Arrived(Incoming(sale, signature: 2)))));
    }

    [Fact]
    public void A_repeat_waits_until_the_round_of_the_first_is_durable()
    {
        var bench = Ready();
        var sale = bench.Next(Alice);
        bench.Send(sale);
        Assert.DoesNotContain(bench.Send(sale), effect => effect is Effect.Repeat or Effect.Hint);
        Assert.Single(bench.Sync().OfType<Effect.Repeat>());
    }

    [Fact]
    public void Other_content_under_a_used_name_is_a_conflict_kept_as_a_pair_and_the_key_is_denied()
    {
        var bench = Ready();
        var sale = bench.Next(Alice);
        bench.Decide(sale);

        var read = Assert.IsType<Effect.ReadConflict>(Assert.Single(bench.Send(sale with { AmountMinor = 9_99 })));
        Assert.DoesNotContain(
            bench.Do(new Input.ConflictRead(read.Second, Incoming(sale).Message)), effect => effect is Effect.Hint);
        Assert.Contains(bench.Sync(), effect => effect is Effect.Hint { Code: DecisionCode.ReplayConflict });

        var pair = Assert.Single(bench.Events.OfType<RoundEvent.Conflict>());
        Assert.Equal(Incoming(sale).Message, pair.First);
        Assert.Equal(DecisionCode.DenyListed, bench.Decide(bench.Next(Alice)).Code);
        Assert.Equal(1_50, bench.Book.Leases[901].SpentMinor);
    }

    [Fact]
    public void A_conflict_without_a_valid_signature_frames_nobody()
    {
        var bench = Ready();
        var sale = bench.Next(Alice);
        bench.Decide(sale);

        var forged = Incoming(sale with { AmountMinor = 9_99 });
        bench.Do(new Input.Arrived(forged));
        var hint = Assert.Single(bench.Do(new Input.Verified(forged, false)).OfType<Effect.Hint>());

        Assert.Equal(DecisionCode.BadSignature, hint.Code);
        Assert.Equal(DecisionCode.Approved, bench.Decide(bench.Next(Alice)).Code);
    }

    [Fact]
    public void A_bad_signature_leaves_the_name_open()
    {
        var bench = Ready();
        var sale = bench.Next(Alice);
        bench.Do(new Input.Arrived(Incoming(sale)));
        bench.Do(new Input.Verified(Incoming(sale), false));
        Assert.Equal(DecisionCode.Approved, bench.Decide(sale).Code);
    }

    [Fact]
    public void An_unknown_key_gets_silence_and_another_edges_request_a_hint()
    {
        var bench = Ready();
        var stranger = new PublicKey(SignatureAlgorithm.Es256, [.. Enumerable.Repeat((byte)9, 64)]);
        Assert.Equal(
            WireError.UnknownKid, Assert.IsType<Effect.Ignore>(Assert.Single(bench.Send(bench.Next(stranger)))).Reason);
        Assert.Equal(
            DecisionCode.WrongEdge,
            Assert.IsType<Effect.Hint>(
                Assert.Single(bench.Send(bench.Next(Alice, sale => sale with { Edge = 1 })))).Code);
    }

    [Theory]
    [InlineData(20_00, DecisionCode.Approved)]
    [InlineData(20_01, DecisionCode.OverFloor)]
    public void The_floor_holds_at_its_limit_and_not_one_past(long amountMinor, DecisionCode expected)
    {
        var bench = Ready(leaseMinor: 30_00);
        Assert.Equal(expected, bench.Decide(bench.Next(Alice, sale => sale with { AmountMinor = amountMinor })).Code);
    }

    [Theory]
    [InlineData(15_00, DecisionCode.Approved)]
    [InlineData(15_01, DecisionCode.Insufficient)]
    public void A_lease_pays_to_its_last_minor_unit(long amountMinor, DecisionCode expected)
    {
        var bench = Ready(leaseMinor: 15_00);
        Assert.Equal(expected, bench.Decide(bench.Next(Alice, sale => sale with { AmountMinor = amountMinor })).Code);
    }

    [Theory]
    [InlineData(DecisionCode.Currency)]
    [InlineData(DecisionCode.UnknownAccount)]
    [InlineData(DecisionCode.NotPermitted)]
    public void What_the_enrolment_does_not_allow_is_a_final_decline(DecisionCode expected)
    {
        var bench = Ready();
        var decision = bench.Decide(bench.Next(Alice, sale => expected switch
        {
            DecisionCode.Currency => sale with { Currency = 840 },
            DecisionCode.UnknownAccount => sale with { Account = new AccountId(72) },
            _ => sale with { Payee = 99 },
        }));
        Assert.Equal((expected, 0L), (decision.Code, decision.AmountMinor));
    }

    [Fact]
    public void A_declined_name_is_used_up_and_its_repeat_gets_the_same_reply()
    {
        var bench = Ready();
        var dear = bench.Next(Alice, sale => sale with { AmountMinor = 50_00 });
        bench.Decide(dear);
        Assert.IsType<Effect.Repeat>(Assert.Single(bench.Send(dear)));
    }

    [Fact]
    public void A_held_sale_that_is_voided_is_spendable_again_in_the_same_lease()
    {
        var bench = Ready();
        var sale = bench.Next(Alice, request => request with { Flags = RequestFlags.Confirm });
        Assert.Equal(24u * 3600, bench.Decide(sale).HoldSeconds);

        var decision = bench.Decide(bench.Next(Alice, request => VoidOf(request, sale.Sequence)));
        Assert.Equal((DecisionCode.Approved, 1_50L, 901L), (decision.Code, decision.AmountMinor, decision.Lease));
        Assert.Equal(0, bench.Book.Leases[901].SpentMinor);
        Assert.Equal(
            DecisionCode.HoldClosed, bench.Decide(bench.Next(Alice, request => VoidOf(request, sale.Sequence))).Code);
    }

    [Fact]
    public void A_plain_sale_cannot_be_voided_an_unknown_one_is_not_found_and_a_foreign_one_is_not_yours()
    {
        var bench = Ready();
        var plain = bench.Next(Alice);
        bench.Decide(plain);
        Assert.Equal(DecisionCode.HoldClosed, bench.Decide(bench.Next(Alice, r => VoidOf(r, plain.Sequence))).Code);
        Assert.Equal(DecisionCode.ReferenceNotFound, bench.Decide(bench.Next(Alice, r => VoidOf(r, 999))).Code);

        var held = bench.Next(Alice, r => r with { Flags = RequestFlags.Confirm });
        bench.Decide(held);
        var foreign =
            bench.Next(Bob, r => VoidOf(r, 1) with { ReferenceSequence = null, ReferenceId = PaymentId.Of(held.Name) });
        Assert.Equal(DecisionCode.NotPermitted, bench.Decide(foreign).Code);
    }

    [Fact]
    public void Status_resends_the_stored_reply_and_claims_no_name()
    {
        var bench = Ready();
        var sale = bench.Next(Alice);
        bench.Decide(sale);
        var status = sale with
        {
            Operation = Operation.Status, Sequence = 0, ReferenceSequence = sale.Sequence, AmountMinor = 0,
            Currency = 0, Previous = 0,
        };

        Assert.IsType<Effect.Repeat>(Assert.Single(bench.Send(status)));
        Assert.Equal(
            DecisionCode.ReferenceNotFound,
            Assert.IsType<Effect.Hint>(Assert.Single(bench.Send(status with { ReferenceSequence = 77 }))).Code);
    }

    [Fact]
    public void A_new_lease_replaces_the_old_one_which_closes_with_what_is_left()
    {
        var bench = Ready();
        bench.Decide(bench.Next(Alice));
        bench.Do(GrantOf(950, 71, 30_00));
        bench.Sync();
        Assert.DoesNotContain(bench.Events, told => told is RoundEvent.LeaseClose);   // It may still be reversed.

        bench.Now = bench.Now with { ElapsedSeconds = bench.Now.ElapsedSeconds + 120 };
        bench.Do(new Input.TimePassed());
        bench.Sync();
        Assert.Equal(
            new RoundEvent.LeaseClose(901, 1_50, 18_50), Assert.Single(bench.Events.OfType<RoundEvent.LeaseClose>()));
        Assert.Equal(950, bench.Decide(bench.Next(Alice)).Lease);
    }

    [Fact]
    public void A_replaced_lease_stays_open_until_its_last_hold_ends()
    {
        var bench = Ready();
        var held = bench.Next(Alice, request => request with { Flags = RequestFlags.Confirm });
        bench.Decide(held);
        bench.Do(GrantOf(950, 71, 30_00));
        bench.Sync();
        Assert.DoesNotContain(bench.Events, told => told is RoundEvent.LeaseClose);

        Assert.Equal(901, bench.Decide(bench.Next(Alice, request => VoidOf(request, held.Sequence))).Lease);
        Assert.Equal(
            new RoundEvent.LeaseClose(901, 0, 20_00), Assert.Single(bench.Events.OfType<RoundEvent.LeaseClose>()));
    }

    [Fact]
    public void A_grant_that_comes_twice_opens_one_lease()
    {
        var bench = Ready();
        bench.Do(GrantOf(950, 71, 30_00), GrantOf(950, 71, 30_00));
        bench.Do(GrantOf(901, 71, 20_00));
        bench.Sync();
        Assert.Equal(3, bench.Events.Count(told => told is RoundEvent.LeaseOn));
    }

    [Fact]
    public void An_acknowledgement_frees_the_counts_that_wait_for_it_and_another_root_does_not()
    {
        var bench = Ready();
        bench.Decide(bench.Next(Alice));
        bench.Do(new Input.Acknowledged(new Ack(Edge, 1, bench.Book.Head, Hash.Of("other"u8))));
        Assert.Equal(1_50, bench.Book.EdgeExposureMinor);
        bench.Do(new Input.Acknowledged(new Ack(Edge, 1, bench.Book.Head, bench.Book.HeadRoot)));
        Assert.Equal((0L, bench.Book.Head), (bench.Book.EdgeExposureMinor, bench.Book.Watermark));
    }

    [Fact]
    public void A_seal_is_the_last_leaf_of_its_batch_and_counts_what_was_decided()
    {
        var bench = Ready();
        bench.Decide(bench.Next(Alice));
        bench.Decide(bench.Next(Alice, sale => sale with { AmountMinor = 50_00 }));
        bench.Do(new Input.SealWanted(20_000));
        bench.Sync();

        var seal = Assert.Single(bench.Events.OfType<Seal>());
        Assert.Equal(
            [
                new SealTotal(Operation.Sale, 978, DecisionCode.Approved, 1, 1_50),
                new SealTotal(Operation.Sale, 978, DecisionCode.Insufficient, 1, 0),
            ],
            seal.Totals);
        Assert.Equal(bench.Book.Head, Assert.Single(bench.Book.Batches.Waiting).LastRound);
        Assert.Empty(bench.Do(new Input.SealWanted(20_000)));
    }

    [Fact]
    public void A_receipt_from_the_future_freezes_the_edge_and_a_forged_one_does_not()
    {
        var bench = Ready();
        var forged = new LastReceipt(Edge, 1, bench.Book.Head + 50, 12345);
        Assert.Equal(DecisionCode.Approved, bench.Decide(bench.Next(Alice, r => r with { LastReceipt = forged })).Code);

        var real = forged with { Witness = Witness.Of(WitnessKey, 1, forged.Round, Hash.Of("future"u8)) };
        var effects = bench.Send(bench.Next(Alice, r => r with { LastReceipt = real }));
        Assert.Contains(effects, effect => effect is Effect.Hint { Code: DecisionCode.EdgeFrozen });
        Assert.Equal(FreezeCause.Rollback, bench.Book.Frozen);
        Assert.Equal(FreezeCause.Rollback, bench.Replayed().Frozen);
    }

    [Fact]
    public void A_frozen_edge_still_repeats_what_it_answered()
    {
        var bench = Ready();
        var sale = bench.Next(Alice);
        bench.Decide(sale);
        bench.Do(new Input.HistoryLost(FreezeCause.Journal));

        Assert.IsType<Effect.Repeat>(Assert.Single(bench.Send(sale)));
        var effects = bench.Send(bench.Next(Alice));
        Assert.Equal(DecisionCode.EdgeFrozen, Assert.IsType<Effect.Hint>(Assert.Single(effects)).Code);
    }

    [Fact]
    public void Only_two_rounds_are_on_their_way_to_the_disk()
    {
        var bench = Ready();
        bench.Send(bench.Next(Alice));
        bench.Send(bench.Next(Bob));
        Assert.False(bench.Machine.HasRoom);
        var before = bench.Written.Count;
        bench.Send(bench.Next(Alice));
        Assert.Equal(before, bench.Written.Count);
        Assert.Equal(3, bench.Sync().Count(effect => effect is Effect.Reply));
    }

    [Fact]
    public void Replay_ends_in_the_same_book_and_a_changed_leaf_is_noticed()
    {
        var bench = Ready();
        var held = bench.Next(Alice, request => request with { Flags = RequestFlags.Confirm });
        bench.Decide(held);
        bench.Now = new(4_000, 1_790_004_000);
        bench.Decide(bench.Next(Bob));
        bench.Do(new Input.SealWanted(20_000));
        bench.Sync();

        var replayed = bench.Replayed();
        Assert.Equal(
            (bench.Book.Head, bench.Book.HeadRoot, bench.Book.ElapsedSeconds),
            (replayed.Head, replayed.HeadRoot, replayed.ElapsedSeconds));
        Assert.Equal(bench.Book.Leases.Values, replayed.Leases.Values);
        Assert.Equal(bench.Book.Holds.Open.Select(hold => hold.Id), replayed.Holds.Open.Select(hold => hold.Id));
        Assert.Equal(bench.Book.EdgeExposureMinor, replayed.EdgeExposureMinor);
        Assert.Equal(bench.Book.Find(PaymentId.Of(held.Name)), replayed.Find(PaymentId.Of(held.Name)));
        Assert.Equal(
            bench.Book.Batches.Waiting, replayed.Batches.Waiting, (left, right) => left with { } == right with { });

        var first = bench.Written[0];
        var other = new SignedRound(
            [], first.Header, first.Root, [.. first.Leaves.Skip(1), first.Leaves[0]], first.Attachments);
        Assert.Contains("tree", Replay.Apply(new EdgeBook(Edge, 1), other, 0), StringComparison.Ordinal);
    }
}
