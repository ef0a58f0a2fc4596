using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Xunit;
using static MqttPay.UnitTests.Core.Settlement.Bench;

namespace MqttPay.UnitTests.Core.Settlement;

public sealed class ReconcilerCategoryTests
{
    [Fact]
    public void A_sale_out_of_its_lease_matches()
    {
        var batch = Run(Usual, Approved(Coffee));

        Assert.Equal(Category.Matched, batch.CategoryAt(0));
        Assert.Equal((-3_50, 3_50), (batch.BalanceMoved(LeaseId), batch.BalanceMoved(Payee)));
        Assert.Empty(batch.Breaks);
    }

    [Fact]
    public void A_decline_matches_and_moves_nothing()
    {
        var batch = Run(Usual, Declined(Coffee));

        Assert.Equal(Category.Matched, batch.CategoryAt(0));
        Assert.Single(batch.Declines);
        Assert.Empty(Postings.ByAccount(batch));
    }

    [Fact]
    public void Exactly_a_day_is_in_time_and_one_second_more_is_late()
    {
        var day = Usual with { ReceivedUnix = Now + 24 * 3600 };

        Assert.Equal(Category.Matched, Run(day, Approved(Coffee)).CategoryAt(0));
        Assert.Equal(
            Category.MatchedLate, Run(day with { ReceivedUnix = Now + 24 * 3600 + 1 }, Approved(Coffee)).CategoryAt(0));
    }

    [Fact]
    public void What_no_honest_edge_accepts_is_a_bad_signature()
    {
        JournalItem.Decided[] bad =
        [
            Approved(Coffee) with { Genuine = false },
            Approved(Coffee) with { Request = null },
            Approved(Coffee with { Edge = 2 }),
            Approved(Coffee with { Kid = new(0xff) }),
            Approved(Coffee) with { Decision = Approved(Coffee with { Sequence = 2 }).Decision },
            Approved(Coffee with { Operation = Operation.Voucher }),
            Approved(Coffee with { Operation = Operation.Status, Sequence = 0 }),
        ];
        foreach (var item in bad)
        {
            var batch = Run(Usual, item);
            Assert.Equal(Category.BadSignature, batch.CategoryAt(0));
            Assert.NotNull(Assert.Single(batch.Rejects).Message);
            Assert.Single(batch.Breaks);
            Assert.Empty(Postings.ByAccount(batch));
        }
    }

    [Fact]
    public void The_same_content_again_is_a_benign_duplicate_without_bytes()
    {
        var batch = Run(Usual, Approved(Coffee), Approved(Coffee));

        Assert.Equal(Category.DuplicateBenign, batch.CategoryAt(1));
        Assert.Null(Assert.Single(batch.Rejects).Message);
        Assert.Equal((5L, 0), (batch.Rejects[0].First!.BatchNo, batch.Rejects[0].First!.Position));
        Assert.Equal(3_50, batch.BalanceMoved(Payee));
        Assert.Empty(batch.Breaks);
    }

    [Fact]
    public void A_name_that_the_ledger_has_is_a_duplicate_too()
    {
        var first = Approved(Coffee);
        var known = Usual with
        {
            Known = new Dictionary<LedgerName, KnownRecord> { [NameOf(Coffee)] = new(1, 9, first.Digest, true) },
        };

        var batch = Run(known, first);

        Assert.Equal(Category.DuplicateBenign, batch.CategoryAt(0));
        Assert.Equal(new KnownRecord(1, 9, first.Digest, true), batch.Rejects[0].First);
    }

    [Fact]
    public void Other_content_under_one_name_is_a_conflict_set_aside_and_denied()
    {
        var batch = Run(Usual, Approved(Coffee), Approved(Coffee with { AmountMinor = 4_00 }));

        Assert.Equal(Category.Conflict, batch.CategoryAt(1));
        Assert.Equal(
            (-7_50, 3_50, 4_00),
            (batch.BalanceMoved(LeaseId), batch.BalanceMoved(Payee), batch.BalanceMoved(Suspense)));
        Assert.Equal([Phone.Device], batch.Cloned);
        Assert.Equal(TransferKind.Suspend, Assert.Single(batch.Transfers).Kind);
    }

    [Fact]
    public void Declined_before_and_approved_now_waits_in_suspense()
    {
        var batch = Run(Usual, Declined(Coffee), Approved(Coffee));

        Assert.Equal(Category.StatusMismatch, batch.CategoryAt(1));
        Assert.Equal((0, 3_50), (batch.BalanceMoved(Payee), batch.BalanceMoved(Suspense)));
    }

    [Theory]
    [InlineData(3u, EdgeLoss)]
    [InlineData(4u, LeaseId)]
    public void A_revoked_key_costs_the_operator_only_where_its_deny_list_was_applied(uint deniedIn, long source)
    {
        var books = Usual.With(Phone with { RevokedUnix = Now, DeniedIn = deniedIn });

        var batch = Run(books, Event(new RoundEvent.DenyOn(3)), Approved(Coffee));

        Assert.Equal(Category.RevokedAtTime, batch.CategoryAt(1));
        Assert.Equal((-3_50, 3_50), (batch.BalanceMoved(source), batch.BalanceMoved(Payee)));
        Assert.Equal(3u, batch.DenyVersion);
    }

    [Fact]
    public void A_key_that_is_revoked_a_second_later_was_good()
    {
        var books = Usual.With(Phone with { RevokedUnix = Now + 1, DeniedIn = 1 });

        Assert.Equal(Category.Matched, Run(books, Approved(Coffee)).CategoryAt(0));
    }

    [Fact]
    public void All_of_a_lease_matches_and_one_minor_unit_more_is_over_it()
    {
        Assert.Equal(Category.Matched, Run(Usual, Approved(Coffee with { AmountMinor = 100_00 })).CategoryAt(0));

        var batch = Run(Usual, Approved(Coffee with { AmountMinor = 100_01 }));

        Assert.Equal(Category.OverLease, batch.CategoryAt(0));
        Assert.Equal(
            (-100_00, -1, 100_01),
            (batch.BalanceMoved(LeaseId), batch.BalanceMoved(EdgeLoss), batch.BalanceMoved(Payee)));
        Assert.Equal(1, Assert.Single(batch.Leases).ExcessMinor);
    }

    [Fact]
    public void What_is_held_cannot_be_spent_a_second_time()
    {
        var batch = Run(
            Usual, Approved(Held with { AmountMinor = 60_00 }),
            Approved(Coffee with { Sequence = 2, AmountMinor = 60_00 }));

        Assert.Equal(Category.OverLease, batch.CategoryAt(1));
        Assert.Equal(-20_00, batch.BalanceMoved(EdgeLoss));
    }

    [Theory]
    [InlineData(77L)]
    [InlineData(0L)]
    public void A_lease_that_the_cloud_never_granted_costs_the_operator(long lease)
    {
        var batch = Run(Usual, Approved(Coffee, lease));

        Assert.Equal(Category.OverLease, batch.CategoryAt(0));
        Assert.Equal((-3_50, 3_50), (batch.BalanceMoved(EdgeLoss), batch.BalanceMoved(Payee)));
    }

    [Fact]
    public void Another_payers_lease_and_another_edges_lease_are_not_touched()
    {
        foreach (var lease in (LeaseStanding[])[Granted with { Payer = 66 }, Granted with { Edge = 2 }])
        {
            var batch = Run(Usual.With(lease), Approved(Coffee));
            Assert.Equal(Category.OverLease, batch.CategoryAt(0));
            Assert.Equal((0, -3_50), (batch.BalanceMoved(LeaseId), batch.BalanceMoved(EdgeLoss)));
        }
    }

    [Fact]
    public void A_capture_and_a_void_without_a_hold_are_orphans()
    {
        var capture = Coffee with { Operation = Operation.Capture, Sequence = 2, ReferenceSequence = 9 };
        var gone = capture with { Operation = Operation.Void, Sequence = 3, AmountMinor = 0, Currency = 0 };
        var increment = Coffee with { Operation = Operation.Increment, Sequence = 4, ReferenceSequence = 8 };

        var batch = Run(Usual, Approved(capture), Approved(gone), Approved(increment));

        Assert.All([0, 1, 2], position => Assert.Equal(Category.Orphan, batch.CategoryAt(position)));
        Assert.Equal(
            (-3_50, 3_50, 0), (batch.BalanceMoved(LeaseId), batch.BalanceMoved(Suspense), batch.BalanceMoved(Payee)));
        Assert.Equal(3_50, batch.HeldMoved(LeaseId));
    }

    [Fact]
    public void A_capture_after_the_end_of_its_hold_is_refused()
    {
        var end = Event(new RoundEvent.HoldEnd(Phone.Kid, 1, 1, false, 0), Held.Name);
        var capture = Coffee with { Operation = Operation.Capture, Sequence = 2, ReferenceSequence = 1 };

        var batch = Run(Usual, Approved(Held), end, Approved(capture));

        Assert.Equal(Category.HoldExpiredCapture, batch.CategoryAt(2));
        Assert.Equal((0, 0), (batch.BalanceMoved(LeaseId), batch.HeldMoved(LeaseId)));
        Assert.NotNull(batch.Rejects[0].Message);
    }

    [Fact]
    public void Another_currency_than_the_leases_waits_in_suspense_in_the_leases_currency()
    {
        var batch = Run(Usual, Approved(Coffee with { Currency = Dollar }));

        Assert.Equal(Category.CurrencyMismatch, batch.CategoryAt(0));
        Assert.Equal((-3_50, 3_50), (batch.BalanceMoved(LeaseId), batch.BalanceMoved(Suspense)));
    }

    [Fact]
    public void More_than_the_device_signed_is_set_aside()
    {
        var batch = Run(Usual, Approved(Coffee, amountMinor: 3_60));

        Assert.Equal(Category.AmountMismatch, batch.CategoryAt(0));
        Assert.Equal(
            (-3_60, 3_50, 10), (batch.BalanceMoved(LeaseId), batch.BalanceMoved(Payee), batch.BalanceMoved(Suspense)));
    }

    [Fact]
    public void Less_than_the_device_signed_matches_only_where_it_asked_for_that()
    {
        var partial = Coffee with { Flags = RequestFlags.PartialOk };

        Assert.Equal(Category.Matched, Run(Usual, Approved(partial, amountMinor: 3_49)).CategoryAt(0));
        var batch = Run(Usual, Approved(Coffee, amountMinor: 3_49));
        Assert.Equal(Category.AmountMismatch, batch.CategoryAt(0));
        Assert.Equal(3_49, batch.BalanceMoved(Payee));
    }

    [Fact]
    public void What_the_device_or_the_site_may_not_do_waits_in_suspense()
    {
        (Books Books, PaymentRequest Request)[] forbidden =
        [
            (Usual.With(Phone with { OperationMask = 1 << (int)Operation.Void }), Coffee),
            (Usual, Coffee with { Payee = 8 }),
            (Usual, Coffee with { Account = new(0xbad) }),
        ];
        foreach (var (books, request) in forbidden)
        {
            var batch = Run(books, Approved(request));
            Assert.Equal(Category.StatusMismatch, batch.CategoryAt(0));
            Assert.Equal((-3_50, 3_50), (batch.BalanceMoved(LeaseId), batch.BalanceMoved(Suspense)));
        }
    }

    [Theory]
    [InlineData(-300, Category.Matched)]
    [InlineData(-301, Category.ClockSuspect)]
    public void A_time_that_falls_back_is_suspect_and_posts(int step, Category category)
    {
        var books = Usual with { LastUnix = Now };
        var item = Approved(Coffee) with { Unix = (uint)(Now + step) };

        var batch = Run(books.With(Granted with { GrantedUnix = 0 }), item);

        Assert.Equal(category, batch.CategoryAt(0));
        Assert.Equal(3_50, batch.BalanceMoved(Payee));
    }

    [Theory]
    [InlineData(300, Category.Matched)]
    [InlineData(301, Category.ClockSuspect)]
    public void A_time_before_the_lease_was_granted_or_after_it_was_received_is_suspect(int step, Category category)
    {
        Assert.Equal(
            category, Run(Usual.With(Granted with { GrantedUnix = Now + step }), Approved(Coffee)).CategoryAt(0));
        Assert.Equal(category, Run(Usual with { ReceivedUnix = Now - step }, Approved(Coffee)).CategoryAt(0));
    }

    /// <summary>Everything is wrong at once; what is repaired from the front lets the next one show.</summary>
    [Fact]
    public void The_first_category_that_fits_counts()
    {
        var books = (Usual with { ReceivedUnix = Now - 1_000 }).With(
            Phone with { RevokedUnix = 0, OperationMask = 1 << (int)Operation.Void });
        var item = Approved(Coffee with { Currency = Dollar, AmountMinor = 200_00 }, amountMinor: 200_01);
        var dollars = Approved(Coffee with { Currency = Dollar, AmountMinor = 20_00 }, amountMinor: 20_01);
        var euros = Approved(Coffee, amountMinor: 3_51);

        Assert.Equal(Category.BadSignature, Run(books, item with { Genuine = false }).CategoryAt(0));
        var revoked = Run(books, item);
        Assert.Equal(Category.RevokedAtTime, revoked.CategoryAt(0));
        Assert.Equal(
            [Category.OverLease, Category.CurrencyMismatch, Category.AmountMismatch, Category.StatusMismatch,
            Category.ClockSuspect],
            Assert.Single(revoked.Breaks).Also);
        var good = books.With(Phone with { OperationMask = 1 << (int)Operation.Void });
        Assert.Equal(Category.OverLease, Run(good, item).CategoryAt(0));
        Assert.Equal(Category.CurrencyMismatch, Run(good, dollars).CategoryAt(0));
        Assert.Equal(Category.AmountMismatch, Run(good, euros).CategoryAt(0));
        Assert.Equal(Category.StatusMismatch, Run(good, Approved(Coffee)).CategoryAt(0));
        Assert.Equal(
            Category.ClockSuspect, Run(Usual with { ReceivedUnix = Now - 1_000 }, Approved(Coffee)).CategoryAt(0));
    }
}
