using MqttPay.Payments;
using MqttPay.Rounds;
using Xunit;
using static MqttPay.UnitTests.Core.Rounds.EdgeBench;

namespace MqttPay.UnitTests.Core.Rounds;

/// <summary>REVERSE and REFUND: what is taken back, how long, and where it goes.</summary>
public sealed class UndoTests
{
    [Fact]
    public void A_device_that_never_heard_an_answer_takes_its_sale_back()
    {
        var bench = Ready();
        var sale = bench.Next(Alice);
        bench.Decide(sale);

        var undone = bench.Decide(bench.Own(Alice, Operation.Reverse, sale));

        Assert.Equal((DecisionCode.Approved, 1_50L, 901L), (undone.Code, undone.AmountMinor, undone.Lease));
        Assert.Equal(20_00, bench.Remaining(901));
        Assert.Equal(DecisionCode.HoldClosed, bench.Decide(bench.Own(Alice, Operation.Reverse, sale)).Code);
    }

    [Theory]
    [InlineData(119, DecisionCode.Approved)]
    [InlineData(120, DecisionCode.HoldClosed)]
    public void A_sale_is_reversed_within_120_seconds(long after, DecisionCode code)
    {
        var bench = Ready();
        var sale = bench.Next(Alice);
        bench.Decide(sale);
        bench.Wait(after);
        bench.Do(new Input.TimePassed());
        Assert.Equal(code, bench.Decide(bench.Own(Alice, Operation.Reverse, sale)).Code);
    }

    [Fact]
    public void Nothing_was_taken_by_an_unknown_or_declined_request_and_its_name_is_closed()
    {
        var bench = Ready();
        var lost = bench.Next(Alice);
        var reverse = bench.Decide(bench.Own(Alice, Operation.Reverse, lost));
        Assert.Equal((DecisionCode.Approved, 0L), (reverse.Code, reverse.AmountMinor));

        var hint = Assert.IsType<Effect.Hint>(Assert.Single(bench.Send(lost)));
        Assert.Equal(DecisionCode.SequenceStale, hint.Code);
        var declined = bench.Next(Alice, request => request with { AmountMinor = 900_00 });
        Assert.NotEqual(DecisionCode.Approved, bench.Decide(declined).Code);
        Assert.Equal(0, bench.Decide(bench.Own(Alice, Operation.Reverse, declined)).AmountMinor);
    }

    [Fact]
    public void A_sequence_that_is_still_to_come_cannot_be_reversed()
    {
        var bench = Ready();
        var future = bench.Next(Alice) with { Sequence = 7 };
        var reverse = bench.Own(Alice, Operation.Reverse, future);
        Assert.Equal(DecisionCode.ReferenceNotFound, bench.Decide(reverse).Code);
    }

    [Fact]
    public void One_increment_is_taken_back_and_the_hold_stays()
    {
        var bench = Ready();
        var auth = bench.Hold(Alice);
        var more = bench.Own(Alice, Operation.Increment, auth, 2_00);
        bench.Decide(more);

        Assert.Equal(2_00, bench.Decide(bench.Own(Alice, Operation.Reverse, more)).AmountMinor);
        Assert.Equal(10_00, bench.Remaining(901));
        Assert.Equal(DecisionCode.HoldClosed, bench.Decide(bench.Own(Alice, Operation.Reverse, more)).Code);
        Assert.Equal(10_00, bench.Decide(bench.Own(Alice, Operation.Reverse, auth)).AmountMinor);
        Assert.Equal(20_00, bench.Remaining(901));
    }

    [Fact]
    public void Who_has_vouched_for_what_he_used_takes_nothing_back()
    {
        var bench = Ready();
        var auth = bench.Hold(Alice);
        bench.Send(VoucherOf(auth, 1, 3_00));
        Assert.Equal(DecisionCode.HoldClosed, bench.Decide(bench.Own(Alice, Operation.Reverse, auth)).Code);
        Assert.Equal(DecisionCode.NotPermitted, bench.Decide(bench.Own(Alice, Operation.Void, auth)).Code);
    }

    [Fact]
    public void Refunds_add_up_to_what_was_captured_and_touch_no_lease()
    {
        var bench = Ready();
        var sale = bench.Next(Alice, request => request with { AmountMinor = 8_00 });
        bench.Decide(sale);

        Assert.Equal(DecisionCode.Approved, bench.Decide(bench.Finish(Shop, Operation.Refund, sale, 5_00)).Code);
        Assert.Equal(
            DecisionCode.CaptureExceeds, bench.Decide(bench.Finish(Shop, Operation.Refund, sale, 3_01)).Code);
        var last = bench.Decide(bench.Finish(Shop, Operation.Refund, sale, 3_00));
        Assert.Equal((DecisionCode.Approved, 0L), (last.Code, last.Lease));
        Assert.Equal(12_00, bench.Remaining(901));
    }

    [Fact]
    public void Equal_refunds_have_own_names()
    {
        var bench = Ready();
        var sale = bench.Next(Alice, request => request with { AmountMinor = 8_00 });
        bench.Decide(sale);
        for (var time = 0; time < 2; time++)
            Assert.Equal(DecisionCode.Approved, bench.Decide(bench.Finish(Shop, Operation.Refund, sale, 2_00)).Code);
        Assert.Equal(4_00, bench.Book.Paid.Find(PaymentId.Of(sale.Name))!.RefundedMinor);
    }

    [Fact]
    public void A_payee_refunds_no_more_in_a_day_than_its_cap()
    {
        var bench = Ready(policy: Rules with { RefundDayMinor = 3_00 });
        var sale = bench.Next(Alice, request => request with { AmountMinor = 8_00 });
        bench.Decide(sale);
        Assert.Equal(
            DecisionCode.CumulativeLimit, bench.Decide(bench.Finish(Shop, Operation.Refund, sale, 3_01)).Code);
        Assert.Equal(DecisionCode.Approved, bench.Decide(bench.Finish(Shop, Operation.Refund, sale, 3_00)).Code);
        bench.Wait(24 * 3600 + 60);
        Assert.Equal(DecisionCode.Approved, bench.Decide(bench.Finish(Shop, Operation.Refund, sale, 3_00)).Code);
    }

    [Fact]
    public void Only_the_payee_of_a_known_payment_refunds_it()
    {
        var bench = Ready();
        var sale = bench.Next(Alice);
        bench.Decide(sale);
        Assert.Equal(
            DecisionCode.NotPermitted, bench.Decide(bench.Finish(OtherShop, Operation.Refund, sale, 1_00)).Code);
        var unknown = sale with { Sequence = 50 };
        Assert.Equal(
            DecisionCode.ReferenceNotFound, bench.Decide(bench.Finish(Shop, Operation.Refund, unknown, 1_00)).Code);
        var own = bench.Next(Alice, request => request with
        {
            Operation = Operation.Refund, AmountMinor = 1_00, ReferenceId = PaymentId.Of(sale.Name),
        });
        Assert.Equal(DecisionCode.NotPermitted, bench.Decide(own).Code);
    }

    [Fact]
    public void What_was_reversed_is_not_refunded()
    {
        var bench = Ready();
        var sale = bench.Next(Alice);
        bench.Decide(sale);
        bench.Decide(bench.Own(Alice, Operation.Reverse, sale));
        Assert.Equal(
            DecisionCode.HoldClosed, bench.Decide(bench.Finish(Shop, Operation.Refund, sale, 1_00)).Code);
    }
}
