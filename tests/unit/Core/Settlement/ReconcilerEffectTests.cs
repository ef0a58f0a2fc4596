using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Xunit;
using static MqttPay.UnitTests.Core.Settlement.Bench;

namespace MqttPay.UnitTests.Core.Settlement;

public sealed class ReconcilerEffectTests
{
    private static readonly PaymentRequest Auth =
        Coffee with { Operation = Operation.Auth, AmountMinor = 10_00 };

    private static readonly PaymentRequest Capture =
        Coffee with { Operation = Operation.Capture, Sequence = 5, ReferenceSequence = 1 };

    private static readonly PaymentRequest Void =
        Capture with { Operation = Operation.Void, AmountMinor = 0, Currency = 0 };

    private static readonly PaymentRequest Refund = Coffee with
    {
        Operation = Operation.Refund, Kid = Counter.Kid, Sequence = 6, ReferenceId = PaymentId.Of(Coffee.Name),
    };

    [Fact]
    public void A_held_sale_moves_no_money_and_takes_it_out_of_reach()
    {
        var batch = Run(Usual, Approved(Held));

        Assert.Equal((0, 3_50), (batch.BalanceMoved(LeaseId), batch.HeldMoved(LeaseId)));
        Assert.Equal((0L, (long?)3_50), (batch.Payments[0].PaidMinor, batch.Payments[0].HeldMinor));
        Assert.Equal(HoldState.Open, Assert.Single(batch.Holds).State);
    }

    [Theory]
    [InlineData(10_00)]
    [InlineData(4_00)]
    public void A_capture_pays_its_part_and_frees_the_rest(long amountMinor)
    {
        var batch = Run(Usual, Approved(Auth), Approved(Capture with { AmountMinor = amountMinor }));

        Assert.Equal(Category.Matched, batch.CategoryAt(1));
        Assert.Equal((-amountMinor, amountMinor), (batch.BalanceMoved(LeaseId), batch.BalanceMoved(Payee)));
        Assert.Equal(0, batch.HeldMoved(LeaseId));
        Assert.Equal(-10_00, batch.Payments[1].HeldMinor);
    }

    [Fact]
    public void A_capture_of_one_minor_unit_more_than_is_held_sets_it_aside()
    {
        var batch = Run(Usual, Approved(Auth), Approved(Capture with { AmountMinor = 10_01 }));

        Assert.Equal(Category.AmountMismatch, batch.CategoryAt(1));
        Assert.Equal((10_00, 1), (batch.BalanceMoved(Payee), batch.BalanceMoved(Suspense)));
    }

    [Fact]
    public void A_second_capture_waits_in_suspense()
    {
        var batch = Run(Usual, Approved(Auth), Approved(Capture), Approved(Capture with { Sequence = 6 }));

        Assert.Equal(Category.StatusMismatch, batch.CategoryAt(2));
        Assert.Equal((3_50, 3_50), (batch.BalanceMoved(Payee), batch.BalanceMoved(Suspense)));
    }

    [Fact]
    public void An_increments_share_comes_from_its_own_lease_by_way_of_the_first()
    {
        var second = Granted with { Lease = 22 };
        var increment =
            Auth with { Operation = Operation.Increment, Sequence = 2, ReferenceSequence = 1, AmountMinor = 5_00 };

        var batch = Run(
            Usual.With(second), Approved(Auth), Approved(increment, second.Lease),
            Approved(Capture with { AmountMinor = 12_00 }));

        Assert.Equal(Category.Matched, batch.CategoryAt(2));
        Assert.Equal(
            (-10_00, -2_00, 12_00),
            (batch.BalanceMoved(LeaseId), batch.BalanceMoved(second.Lease), batch.BalanceMoved(Payee)));
        var part = Assert.Single(batch.Transfers);
        Assert.Equal(
            (TransferKind.HoldPart, 22L, LeaseId, 2_00L), (part.Kind, part.Debit, part.Credit, part.AmountMinor));
        Assert.Equal((0, 0), (batch.HeldMoved(LeaseId), batch.HeldMoved(second.Lease)));
    }

    [Fact]
    public void A_void_frees_every_part_and_a_second_one_finds_it_closed()
    {
        var batch = Run(Usual, Approved(Auth), Approved(Void), Approved(Void with { Sequence = 6 }));

        Assert.Equal((Category.Matched, Category.StatusMismatch), (batch.CategoryAt(1), batch.CategoryAt(2)));
        Assert.Equal((0, 0), (batch.BalanceMoved(LeaseId), batch.HeldMoved(LeaseId)));
    }

    [Theory]
    [InlineData(3_50, 3_50)]
    [InlineData(0, 0)]
    public void A_confirmation_captures_what_was_delivered(long amountMinor, long paid)
    {
        var confirm = Coffee with
        {
            Operation = Operation.Confirm, Kid = Counter.Kid, AmountMinor = amountMinor,
            ReferenceId = PaymentId.Of(Held.Name),
        };

        var batch = Run(Usual, Approved(Held), Approved(confirm));

        Assert.Equal(Category.Matched, batch.CategoryAt(1));
        Assert.Equal(
            (-paid, paid, 0), (batch.BalanceMoved(LeaseId), batch.BalanceMoved(Payee), batch.HeldMoved(LeaseId)));
    }

    [Fact]
    public void A_reversal_brings_a_sale_back_to_its_lease_once()
    {
        var reverse = Coffee with
        {
            Operation = Operation.Reverse, Sequence = 2, AmountMinor = 0, Currency = 0, ReferenceSequence = 1,
        };

        var batch = Run(
            Usual, Approved(Coffee), Approved(reverse, amountMinor: 3_50),
            Approved(reverse with { Sequence = 3 }, amountMinor: 3_50));

        Assert.Equal((Category.Matched, Category.AmountMismatch), (batch.CategoryAt(1), batch.CategoryAt(2)));
        Assert.Equal((0, 0), (batch.BalanceMoved(LeaseId), batch.BalanceMoved(Payee)));
    }

    [Fact]
    public void A_reversal_of_something_unknown_closes_the_name_and_moves_nothing()
    {
        var reverse = Coffee with
        {
            Operation = Operation.Reverse, Sequence = 2, AmountMinor = 0, Currency = 0, ReferenceSequence = 1,
        };

        var batch = Run(Usual, Approved(reverse, lease: 0));

        Assert.Equal(Category.Matched, batch.CategoryAt(0));
        Assert.All(Postings.ByAccount(batch).Values, move => Assert.Equal(0, move.BalanceMinor));
    }

    [Fact]
    public void A_refund_goes_to_the_payer_never_to_the_lease_and_never_beyond_the_payment()
    {
        var batch = Run(
            Usual, Approved(Coffee), Approved(Refund with { AmountMinor = 2_00 }),
            Approved(Refund with { Sequence = 7, AmountMinor = 2_00 }));

        Assert.Equal((Category.Matched, Category.AmountMismatch), (batch.CategoryAt(1), batch.CategoryAt(2)));
        Assert.Equal(
            (-3_50, 3_50, 0), (batch.BalanceMoved(LeaseId), batch.BalanceMoved(Payer), batch.BalanceMoved(Payee)));
    }

    [Fact]
    public void A_refund_of_an_unknown_payment_is_an_orphan_and_moves_nothing()
    {
        var batch = Run(Usual, Approved(Refund));

        Assert.Equal(Category.Orphan, batch.CategoryAt(0));
        Assert.All(Postings.ByAccount(batch).Values, move => Assert.Equal(0, move.BalanceMinor));
    }

    [Fact]
    public void A_hold_that_the_edge_ends_by_capture_pays_the_payee()
    {
        var end = Event(new RoundEvent.HoldEnd(Phone.Kid, 1, 1, true, 6_00), Auth.Name);

        var batch = Run(Usual, Approved(Auth), Voucher(1, 6_00), end);

        Assert.Equal(
            (-6_00, 6_00, 0), (batch.BalanceMoved(LeaseId), batch.BalanceMoved(Payee), batch.HeldMoved(LeaseId)));
        Assert.Equal(-10_00, batch.Events[1].HeldMinor);
        Assert.Equal(6_00, Postings.ByPayee(batch, account => account == Payee)[Payee].PaidMinor);
    }

    [Fact]
    public void The_end_of_a_hold_that_is_not_open_is_a_break_and_moves_nothing()
    {
        var batch = Run(Usual, Event(new RoundEvent.HoldEnd(Phone.Kid, 1, 9, true, 6_00), Auth.Name));

        Assert.Equal(Category.Orphan, Assert.Single(batch.Breaks).Category);
        Assert.Empty(Postings.ByAccount(batch));
    }

    [Fact]
    public void A_float_sale_is_asked_back_from_the_devices_payer()
    {
        var batch = Run(Usual, Approved(Coffee, FloatLease));

        Assert.Equal(Category.Matched, batch.CategoryAt(0));
        Assert.Equal(new FloatDue(0, Payer, FloatAccount, 3_50), Assert.Single(batch.FloatDues));
    }

    [Fact]
    public void Leases_open_stop_and_close_as_the_edge_says()
    {
        var offered = Usual.With(Granted with { State = LeaseState.Offered });
        Assert.Equal(
            LeaseState.Active, Assert.Single(Run(offered, Event(new RoundEvent.LeaseOn(LeaseId, 1))).Leases).State);
        Assert.Equal(
            LeaseState.Stopped, Assert.Single(Run(Usual, Event(new RoundEvent.LeaseStop(LeaseId, 1))).Leases).State);

        var closed = Run(Usual, Approved(Coffee), Event(new RoundEvent.LeaseClose(LeaseId, 3_50, 96_50)));

        Assert.Equal(LeaseState.Closed, Assert.Single(closed.Leases).State);
        Assert.Equal((-100_00, 96_50), (closed.BalanceMoved(LeaseId), closed.BalanceMoved(Payer)));
        Assert.Empty(closed.Breaks);
    }

    [Fact]
    public void A_lease_that_closes_with_another_rest_is_a_break()
    {
        var batch = Run(Usual, Event(new RoundEvent.LeaseClose(LeaseId, 0, 99_99)));

        var found = Assert.Single(batch.Breaks);
        Assert.Equal(
            (BreakSubject.Lease, LeaseId, 100_00L, 99_99L),
            (found.Subject, found.Key1, found.ExpectedMinor, found.FoundMinor));
    }

    [Fact]
    public void A_lease_is_not_closed_while_something_is_held_on_it()
    {
        var batch = Run(Usual, Approved(Held), Event(new RoundEvent.LeaseClose(LeaseId, 3_50, 96_50)));

        Assert.Equal(LeaseState.Stopped, Assert.Single(batch.Leases).State);
        Assert.Empty(batch.Transfers);
    }

    [Fact]
    public void What_the_operator_put_into_a_lease_and_nobody_spent_goes_back_to_the_operator()
    {
        var batch = Run(
            Usual, Approved(Held with { AmountMinor = 150_00 }), Approved(Void),
            Event(new RoundEvent.LeaseClose(LeaseId, 0, 100_00)));

        Assert.Equal(
            (-100_00, 100_00, 0),
            (batch.BalanceMoved(LeaseId), batch.BalanceMoved(Payer), batch.BalanceMoved(EdgeLoss)));
    }

    [Fact]
    public void A_reclaimed_lease_owes_its_rest_to_the_operator()
    {
        var batch = Run(
            Usual.With(Granted with { State = LeaseState.Reclaimed, ExcessMinor = 100_00 }), Approved(Coffee),
            Event(new RoundEvent.LeaseClose(LeaseId, 3_50, 96_50)));

        Assert.Equal((96_50, 0), (batch.BalanceMoved(EdgeLoss), batch.BalanceMoved(Payer)));
    }
}
