using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Xunit;
using static MqttPay.UnitTests.Core.Settlement.Bench;

namespace MqttPay.UnitTests.Core.Settlement;

/// <summary>What follows an approval: parts, vouchers, payments taken back, and who may do it.</summary>
public sealed class ReconcilerLifecycleTests
{
    private static readonly PaymentRequest Auth = Coffee with { Operation = Operation.Auth, AmountMinor = 10_00 };

    private static readonly PaymentRequest Increment =
        Auth with { Operation = Operation.Increment, Sequence = 2, ReferenceSequence = 1, AmountMinor = 5_00 };

    private static readonly PaymentRequest Capture =
        Coffee with { Operation = Operation.Capture, Sequence = 5, ReferenceSequence = 1 };

    private static readonly PaymentRequest Reverse = Coffee with
    {
        Operation = Operation.Reverse, Sequence = 3, AmountMinor = 0, Currency = 0, ReferenceSequence = 2,
    };

    private static readonly LeaseStanding Second = Granted with { Lease = 22 };

    private static readonly DeviceStanding Till = Counter with { Payee = 7 };

    private static JournalItem.Happened End(bool captured, long amountMinor) =>
        Event(new RoundEvent.HoldEnd(Phone.Kid, 1, 1, captured, amountMinor), Coffee.Name);

    [Fact]
    public void A_reversed_increment_goes_back_to_its_own_lease_and_the_rest_stays_held()
    {
        var batch = Run(
            Usual.With(Second), Approved(Auth), Approved(Increment, Second.Lease),
            Approved(Reverse, amountMinor: 5_00));

        Assert.Equal(Category.Matched, batch.CategoryAt(2));
        Assert.Equal((10_00, 0), (batch.HeldMoved(LeaseId), batch.HeldMoved(Second.Lease)));
        Assert.Equal([HoldState.Open, HoldState.Voided], batch.Holds.Select(part => part.State));
        Assert.Equal((-5_00L, NameOf(Auth)), (batch.Payments[2].HeldMinor, batch.Payments[2].Reference));
    }

    [Fact]
    public void What_is_captured_after_a_reversed_increment_comes_from_the_rest_alone()
    {
        var batch = Run(
            Usual.With(Second), Approved(Auth), Approved(Increment, Second.Lease),
            Approved(Reverse, amountMinor: 5_00), Approved(Capture with { AmountMinor = 12_00 }));

        Assert.Equal(Category.AmountMismatch, batch.CategoryAt(3));
        Assert.Equal(
            (10_00, 2_00, 0),
            (batch.BalanceMoved(Payee), batch.BalanceMoved(Suspense), batch.BalanceMoved(Second.Lease)));
        Assert.Equal([HoldState.Captured, HoldState.Voided], batch.Holds.Select(part => part.State));
    }

    [Fact]
    public void An_increment_is_reversed_once_and_not_after_the_capture()
    {
        var batch = Run(
            Usual, Approved(Auth), Approved(Increment), Approved(Reverse, amountMinor: 5_00),
            Approved(Reverse with { Sequence = 4 }, amountMinor: 5_00));

        Assert.Equal((Category.Matched, Category.StatusMismatch), (batch.CategoryAt(2), batch.CategoryAt(3)));
        Assert.Equal(10_00, batch.HeldMoved(LeaseId));
    }

    [Fact]
    public void A_reversed_authorisation_gives_back_every_part()
    {
        var batch = Run(
            Usual.With(Second), Approved(Auth), Approved(Increment, Second.Lease),
            Approved(Reverse with { ReferenceSequence = 1 }, amountMinor: 15_00));

        Assert.Equal(Category.Matched, batch.CategoryAt(2));
        Assert.Equal((0, 0), (batch.HeldMoved(LeaseId), batch.HeldMoved(Second.Lease)));
    }

    [Fact]
    public void A_reversal_that_told_the_device_of_nothing_while_the_sale_stands_is_a_break()
    {
        var batch = Run(Usual, Approved(Coffee), Approved(Reverse with { ReferenceSequence = 1 }, amountMinor: 0));

        Assert.Equal(Category.StatusMismatch, batch.CategoryAt(1));
        Assert.Equal(3_50, batch.BalanceMoved(Payee));
    }

    [Fact]
    public void A_reversed_float_sale_refills_the_float_and_owes_the_payer_what_he_gave()
    {
        var batch = Run(
            Usual, Approved(Coffee, FloatLease),
            Approved(Reverse with { ReferenceSequence = 1 }, FloatLease, amountMinor: 3_50));

        Assert.Equal((0, 0), (batch.BalanceMoved(FloatLease), batch.BalanceMoved(Payee)));
        Assert.Equal(
            [new FloatDue(0, Payer, FloatAccount, 3_50), new FloatDue(1, Payer, FloatAccount, -3_50)],
            batch.FloatDues);
    }

    [Fact]
    public void A_hold_that_ends_by_capture_pays_the_last_voucher_and_no_more()
    {
        var batch = Run(Usual, Approved(Auth), Voucher(1, 2_00), Voucher(4, 6_00), End(captured: true, 6_01));

        Assert.Equal((-6_00, 6_00), (batch.BalanceMoved(LeaseId), batch.BalanceMoved(Payee)));
        Assert.Equal(Category.AmountMismatch, Assert.Single(batch.Breaks).Category);
    }

    [Fact]
    public void Without_a_voucher_an_authorisation_ends_with_nothing()
    {
        var batch = Run(Usual, Approved(Auth), End(captured: true, 6_00));

        Assert.Equal((0, 0), (batch.BalanceMoved(LeaseId), batch.HeldMoved(LeaseId)));
        Assert.Equal(Category.AmountMismatch, Assert.Single(batch.Breaks).Category);
    }

    [Theory]
    [InlineData(true, 3_50)]
    [InlineData(false, 0)]
    public void A_held_sale_ends_whole_or_not_at_all(bool captured, long paid)
    {
        var batch = Run(Usual, Approved(Held), End(captured, captured ? 3_50 : 0));

        Assert.Equal((paid, 0), (batch.BalanceMoved(Payee), batch.HeldMoved(LeaseId)));
        Assert.Empty(batch.Breaks);
    }

    [Fact]
    public void A_voucher_of_an_earlier_batch_counts_and_a_falling_one_does_not()
    {
        var books = Usual with
        {
            Vouchers = new Dictionary<LedgerName, VoucherStanding> { [NameOf(Auth)] = new(7, 4_00) },
        };

        var batch = Run(books, Approved(Auth), Voucher(8, 3_99), Voucher(6, 9_00), End(captured: true, 4_00));

        Assert.Equal(4_00, batch.BalanceMoved(Payee));
        Assert.Equal(Category.AmountMismatch, Assert.Single(batch.Breaks).Category);
    }

    [Fact]
    public void A_voucher_that_verifies_nothing_or_belongs_to_nothing_is_a_break_and_bills_nobody()
    {
        var forged = Voucher(1, 6_00) with { About = null };

        var batch = Run(Usual, forged, Voucher(1, 6_00, session: 9), Approved(Auth), Voucher(1, 6_00, Dollar));

        Assert.Equal(
            [Category.BadSignature, Category.Orphan, Category.CurrencyMismatch],
            batch.Breaks.Select(each => each.Category));
        Assert.Equal(0, batch.BalanceMoved(Payee));
    }

    [Fact]
    public void Two_amounts_under_one_tick_prove_a_clone()
    {
        var batch = Run(Usual, Approved(Auth), Voucher(3, 2_00), Voucher(3, 2_00), Voucher(3, 2_01));

        Assert.Equal(Category.Conflict, Assert.Single(batch.Breaks).Category);
        Assert.Equal([Phone.Device], batch.Cloned);
    }

    [Fact]
    public void A_status_or_a_voucher_is_never_a_record()
    {
        var status = Coffee with { Operation = Operation.Status, Sequence = 0, AmountMinor = 0, Currency = 0 };
        var voucher = Coffee with { Operation = Operation.Voucher, Sequence = 0, ReferenceSequence = 1, Tick = 1 };

        var batch = Run(Usual, Approved(status), Approved(voucher));

        Assert.All(batch.Rejects, row => Assert.Equal(Category.BadSignature, row.Category));
        Assert.Empty(Postings.ByAccount(batch));
    }

    [Theory]
    [InlineData(Operation.Capture, 8u)]
    [InlineData(Operation.Confirm, 8u)]
    [InlineData(Operation.Refund, 8u)]
    public void Only_the_owner_ends_a_session(Operation operation, uint payee)
    {
        var books = Usual.With(Till with { Payee = payee });
        var first = operation is Operation.Refund ? Coffee : operation is Operation.Confirm ? Held : Auth;
        var request = Coffee with
        {
            Operation = operation, Kid = Counter.Kid, AmountMinor = 1_00, ReferenceId = PaymentId.Of(first.Name),
        };

        var own = Run(Usual.With(Till), Approved(first), Approved(request));
        var foreign = Run(books, Approved(first), Approved(request));

        Assert.Equal(Category.Matched, own.CategoryAt(1));
        Assert.Equal(Category.StatusMismatch, foreign.CategoryAt(1));
        Assert.Equal(operation is Operation.Refund ? 3_50 : 0, foreign.BalanceMoved(Payee));
    }

    [Fact]
    public void Another_payers_device_cannot_capture_a_hold()
    {
        var other = Phone with { Kid = new(0xd3), Device = 103, Payer = 66 };
        var capture = Capture with { Kid = other.Kid, ReferenceSequence = null, ReferenceId = PaymentId.Of(Auth.Name) };

        var batch = Run(Usual.With(other), Approved(Auth), Approved(capture));

        Assert.Equal(Category.StatusMismatch, batch.CategoryAt(1));
        Assert.Equal((0, 3_50), (batch.BalanceMoved(Payee), batch.BalanceMoved(Suspense)));
    }

    [Theory]
    [InlineData(1_00, 2_50)]
    [InlineData(3_50, 0)]
    [InlineData(4_00, 0)]
    public void Nothing_posts_above_what_was_signed_for_a_refund(long asked, long left)
    {
        var refund = Coffee with
        {
            Operation = Operation.Refund, Kid = Counter.Kid, AmountMinor = asked,
            ReferenceId = PaymentId.Of(Coffee.Name),
        };

        var batch = Run(Usual, Approved(Coffee), Approved(refund, amountMinor: 9_00));

        Assert.Equal(Category.AmountMismatch, batch.CategoryAt(1));
        Assert.Equal((left, 3_50 - left), (batch.BalanceMoved(Payee), batch.BalanceMoved(Payer)));
    }

    [Fact]
    public void An_orphaned_capture_posts_what_was_signed_and_sets_the_rest_aside()
    {
        var batch = Run(Usual, Approved(Capture with { AmountMinor = 3_00 }, amountMinor: 5_00));

        Assert.Equal(Category.Orphan, batch.CategoryAt(0));
        Assert.Equal(3_00, batch.Payments[0].PaidMinor);
        Assert.Equal((-5_00, 5_00), (batch.BalanceMoved(LeaseId), batch.BalanceMoved(Suspense)));
    }

    [Fact]
    public void A_lease_of_an_old_fence_is_dead()
    {
        var books = (Usual with { Fence = 2 }).With(Granted with { Fence = 1 });

        var batch = Run(books, Approved(Coffee), Event(new RoundEvent.LeaseClose(LeaseId, 0, 100_00)));

        Assert.Equal(Category.OverLease, batch.CategoryAt(0));
        Assert.Equal((0, -3_50), (batch.BalanceMoved(LeaseId), batch.BalanceMoved(EdgeLoss)));
        Assert.Equal(0, batch.BalanceMoved(Payer));
    }

    [Fact]
    public void A_lost_branch_posts_as_such_and_asks_the_payer_for_what_the_lease_lacks()
    {
        var books = (Usual with { Branch = true }).With(Granted with { BalanceMinor = 2_00 });

        var batch = Run(books, Approved(Coffee), Event(new RoundEvent.LeaseClose(LeaseId, 0, 0)));

        Assert.Equal(Category.ChainFork, batch.CategoryAt(0));
        Assert.Equal(
            (3_50, -1_50, -2_00),
            (batch.BalanceMoved(Payee), batch.BalanceMoved(EdgeLoss), batch.BalanceMoved(LeaseId)));
        Assert.Equal(new FloatDue(0, Payer, EdgeLoss, 1_50), Assert.Single(batch.FloatDues));
        Assert.DoesNotContain(batch.Leases, lease => lease.State is LeaseState.Closed);
    }

    [Fact]
    public void What_a_lost_branch_took_back_is_not_asked_of_the_payer()
    {
        var books = (Usual with { Branch = true }).With(Granted with { BalanceMinor = 0 });

        var batch = Run(
            books, Approved(Coffee), Approved(Reverse with { ReferenceSequence = 1 }, amountMinor: 3_50));

        Assert.Empty(batch.FloatDues);
        Assert.Equal(0, batch.BalanceMoved(Payee));
    }

    [Fact]
    public void A_denial_of_an_epoch_that_is_over_does_not_touch_the_new_one()
    {
        var books = Usual.With(
            Phone with { Epoch = 2, FormerRevokedUnix = Now, FormerDeniedIn = 1 }) with { DenyVersion = 1 };
        var later = Coffee with { Epoch = 2 };

        var batch = Run(
            books, Approved(Coffee), Approved(later), Approved(Coffee with { AmountMinor = 9_00 }),
            Approved(Coffee with { Epoch = 3 }));

        Assert.Equal(
            [Category.RevokedAtTime, Category.Matched, Category.Conflict, Category.StatusMismatch],
            Enumerable.Range(0, 4).Select(batch.CategoryAt));
        Assert.Empty(batch.Cloned);
    }

    [Fact]
    public void A_hold_on_a_closed_lease_opens_it_until_the_hold_ends()
    {
        var closed = Granted with { State = LeaseState.Closed, BalanceMinor = 0, ClosedRound = 1 };

        var held = Run(Usual.With(closed), Approved(Held));
        var ended = Run(Usual.With(closed), Approved(Held), End(captured: false, 0));

        Assert.Equal((LeaseState.Stopped, 3_50), (Assert.Single(held.Leases).State, held.HeldMoved(LeaseId)));
        Assert.Equal((LeaseState.Closed, 0), (Assert.Single(ended.Leases).State, ended.BalanceMoved(EdgeLoss)));
    }
}
