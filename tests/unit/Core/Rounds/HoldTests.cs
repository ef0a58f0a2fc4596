using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;
using Xunit;
using static MqttPay.UnitTests.Core.Rounds.EdgeBench;

namespace MqttPay.UnitTests.Core.Rounds;

/// <summary>AUTH, INCREMENT, CAPTURE, CONFIRM, VOID and the end of holds by time.</summary>
public sealed class HoldTests
{
    [Fact]
    public void A_capture_pays_its_part_and_the_rest_goes_back_to_the_same_lease()
    {
        var bench = Ready();
        var auth = bench.Hold(Alice);
        Assert.Equal(10_00, bench.Remaining(901));

        var captured = bench.Decide(bench.Finish(Shop, Operation.Capture, auth, 6_25));

        Assert.Equal((DecisionCode.Approved, 6_25L, 901L), (captured.Code, captured.AmountMinor, captured.Lease));
        Assert.Equal(13_75, bench.Remaining(901));
        Assert.Equal(0, bench.Book.OpenHolds);
    }

    [Theory]
    [InlineData(10_00, DecisionCode.Approved)]
    [InlineData(10_01, DecisionCode.CaptureExceeds)]
    public void A_capture_never_exceeds_its_hold(long amountMinor, DecisionCode code)
    {
        var bench = Ready();
        var auth = bench.Hold(Alice);
        Assert.Equal(code, bench.Decide(bench.Finish(Shop, Operation.Capture, auth, amountMinor)).Code);
    }

    [Fact]
    public void A_hold_is_captured_once()
    {
        var bench = Ready();
        var auth = bench.Hold(Alice);
        bench.Decide(bench.Finish(Shop, Operation.Capture, auth, 1_00));
        Assert.Equal(
            DecisionCode.HoldClosed, bench.Decide(bench.Finish(Shop, Operation.Capture, auth, 1_00)).Code);
        Assert.Equal(
            DecisionCode.HoldClosed, bench.Decide(bench.Finish(Shop, Operation.Void, auth)).Code);
    }

    [Fact]
    public void Only_the_owner_ends_a_session()
    {
        var bench = Ready();
        var auth = bench.Hold(Alice);
        foreach (var operation in (Operation[])[Operation.Capture, Operation.Void])
        {
            var amount = operation is Operation.Capture ? 1_00 : 0;
            Assert.Equal(
                DecisionCode.NotPermitted, bench.Decide(bench.Finish(OtherShop, operation, auth, amount)).Code);
        }

        var bobs = bench.Next(Bob, request => request with
        {
            Operation = Operation.Void, AmountMinor = 0, Currency = 0, ReferenceId = PaymentId.Of(auth.Name),
        });
        Assert.Equal(DecisionCode.NotPermitted, bench.Decide(bobs).Code);
        Assert.Equal(1, bench.Book.OpenHolds);
    }

    [Fact]
    public void Missing_begin_never_bills()
    {
        var bench = Ready();
        var never = bench.Next(Alice) with { Sequence = 99 };
        Assert.Equal(
            DecisionCode.ReferenceNotFound, bench.Decide(bench.Finish(Shop, Operation.Capture, never, 910_00)).Code);
        var hint = Assert.IsType<Effect.Hint>(Assert.Single(bench.Send(VoucherOf(never, 1, 910_00))));
        Assert.Equal(DecisionCode.ReferenceNotFound, hint.Code);
        Assert.Equal(20_00, bench.Remaining(901));
    }

    [Fact]
    public void An_increment_draws_on_the_lease_of_its_day_and_each_part_goes_back_to_its_own()
    {
        var bench = Ready();
        var auth = bench.Hold(Alice);
        bench.Do(GrantOf(950, 71, 30_00));
        bench.Sync();
        var more = bench.Decide(bench.Own(Alice, Operation.Increment, auth, 5_00));
        Assert.Equal((DecisionCode.Approved, 950L), (more.Code, more.Lease));

        Assert.Equal(DecisionCode.Approved, bench.Decide(bench.Finish(Shop, Operation.Capture, auth, 12_00)).Code);

        Assert.Contains(new RoundEvent.LeaseClose(901, 10_00, 10_00), bench.Events);
        Assert.Equal(28_00, bench.Remaining(950));
    }

    [Fact]
    public void An_increment_of_anothers_hold_or_in_another_currency_is_declined()
    {
        var bench = Ready();
        var auth = bench.Hold(Alice);
        var bobs = bench.Own(Bob, Operation.Increment, auth, 5_00);
        Assert.Equal(DecisionCode.ReferenceNotFound, bench.Decide(bobs).Code);   // His own sequence 1 is nothing yet.
        var capture = bench.Finish(Shop, Operation.Capture, auth, 1_00);
        Assert.Equal(DecisionCode.Currency, bench.Decide(capture with { Currency = 840 }).Code);
    }

    [Fact]
    public void A_hold_takes_no_more_parts_than_it_may_have()
    {
        var bench = Ready(leaseMinor: 60_00, policy: Rules with { HardCount = 1_000, HardCumulativeMinor = 1_000_00 });
        var auth = bench.Hold(Alice, 1_00);
        for (var part = 1; part < Hold.PartsMax; part++)
            Assert.Equal(
                DecisionCode.Approved, bench.Decide(bench.Own(Alice, Operation.Increment, auth, 10)).Code);
        Assert.Equal(DecisionCode.CountLimit, bench.Decide(bench.Own(Alice, Operation.Increment, auth, 10)).Code);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(90, 90)]
    public void Confirm_captures_what_was_delivered_and_nothing_voids(long delivered, long paid)
    {
        var bench = Ready();
        var sale = bench.Next(Alice, request => request with { Flags = RequestFlags.Confirm });
        bench.Decide(sale);

        var confirm = bench.Decide(bench.Finish(Shop, Operation.Confirm, sale, delivered));

        Assert.Equal((DecisionCode.Approved, paid), (confirm.Code, confirm.AmountMinor));
        Assert.Equal(20_00 - paid, bench.Remaining(901));
        Assert.Equal(paid > 0, bench.Book.Paid.Find(PaymentId.Of(sale.Name)) is not null);
    }

    [Fact]
    public void Capture_is_for_authorisations_and_confirm_for_sales()
    {
        var bench = Ready();
        var auth = bench.Hold(Alice);
        Assert.Equal(
            DecisionCode.ReferenceNotFound, bench.Decide(bench.Finish(Shop, Operation.Confirm, auth, 1_00)).Code);
    }

    [Fact]
    public void A_hold_ends_by_an_event_of_its_edge_and_not_a_second_before()
    {
        var bench = Ready(policy: Rules with { HoldSeconds = 3_600 });
        var auth = bench.Hold(Alice);
        bench.Wait(3_609);   // Journalled time moves in steps of 10 s: never early.
        Assert.Equal(10_00, bench.Remaining(901));

        bench.Wait(1);

        Assert.Contains(new RoundEvent.HoldEnd(Alice.Id, 1, auth.Sequence, false, 10_00), bench.Events);
        Assert.Equal(20_00, bench.Remaining(901));
        Assert.Equal(
            DecisionCode.HoldClosed, bench.Decide(bench.Finish(Shop, Operation.Capture, auth, 1_00)).Code);
    }

    [Fact]
    public void A_payee_that_captures_at_timeout_gets_the_sale_whole_and_an_authorisation_by_its_last_voucher()
    {
        var bench = Ready(policy: Rules with { HoldSeconds = 60, CapturingPayees = [7] });
        var sale = bench.Next(Alice, request => request with { Flags = RequestFlags.Confirm });
        bench.Decide(sale);
        var auth = bench.Hold(Bob);
        bench.Send(VoucherOf(auth, 1, 2_50));
        bench.Sync();
        bench.Wait(70);

        Assert.Contains(new RoundEvent.HoldEnd(Alice.Id, 1, sale.Sequence, true, 1_50), bench.Events);
        Assert.Contains(new RoundEvent.HoldEnd(Bob.Id, 1, auth.Sequence, true, 2_50), bench.Events);
        Assert.Equal((18_50, 17_50), (bench.Remaining(901), bench.Remaining(902)));
    }

    [Fact]
    public void A_frozen_edge_ends_no_hold_and_closes_no_lease()
    {
        var bench = Ready(policy: Rules with { HoldSeconds = 60 });
        bench.Hold(Alice);
        bench.Do(new Input.HistoryLost(FreezeCause.Rollback));
        bench.Wait(1_000);
        bench.Do(new Input.LeaseRecalled(902));
        bench.Sync();
        Assert.DoesNotContain(bench.Events, told => told is RoundEvent.HoldEnd or RoundEvent.LeaseClose);
    }

    [Fact]
    public void The_payees_devices_hear_of_what_they_may_capture_and_can_ask_for_it_again()
    {
        var bench = Ready();
        var auth = bench.Next(Alice, request => request with { Operation = Operation.Auth });
        bench.Send(auth);
        var notice = Assert.Single(bench.Sync().OfType<Effect.Notify>());
        Assert.Equal(Shop.Id, notice.Device);

        var status = bench.Next(Shop, request => request with
        {
            Operation = Operation.Status, Sequence = 0, AmountMinor = 0, Currency = 0,
            ReferenceId = PaymentId.Of(auth.Name),
        });
        Assert.IsType<Effect.RepeatNotice>(Assert.Single(bench.Send(status)));
        Assert.Equal(
            DecisionCode.ReferenceNotFound,
            Assert.IsType<Effect.Hint>(Assert.Single(bench.Send(status with { Kid = OtherShop.Id }))).Code);
    }
}
