using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;
using Xunit;
using static MqttPay.UnitTests.Core.Rounds.EdgeBench;

namespace MqttPay.UnitTests.Core.Rounds;

/// <summary>VOUCHER: cumulative claims, of which the newest counts.</summary>
public sealed class VoucherTests
{
    [Fact]
    public void A_round_keeps_only_the_newest_of_a_session_and_acknowledges_all_when_it_is_on_disk()
    {
        var bench = Ready();
        var auth = bench.Hold(Alice);
        uint[] ticks = [1, 2, 3];
        var effects = bench.Do([.. ticks.Select(
            tick => new Input.Verified(Incoming(VoucherOf(auth, tick, tick * 100)), true))]);
        Assert.DoesNotContain(effects, effect => effect is Effect.Accept);
        Assert.Equal(3, bench.Sync().OfType<Effect.Accept>().Count());

        var kept = Assert.Single(bench.Events.OfType<RoundEvent.VoucherKept>());
        Assert.Equal(Incoming(VoucherOf(auth, 3, 3_00)).Message, kept.Message);
        Assert.Equal(3_00, bench.Book.Holds.Find(PaymentId.Of(auth.Name))!.VoucherMinor);
    }

    [Fact]
    public void Vouchers_count_by_their_tick_and_not_by_their_arrival()
    {
        var bench = Ready();
        var auth = bench.Hold(Alice);
        bench.Send(VoucherOf(auth, 5, 4_00));
        bench.Sync();
        Assert.IsType<Effect.Accept>(Assert.Single(bench.Send(VoucherOf(auth, 4, 3_00))));
        Assert.IsType<Effect.Accept>(Assert.Single(bench.Send(VoucherOf(auth, 6, 3_99))));   // It claims less: void.
        bench.Sync();
        Assert.Equal(4_00, bench.Book.Holds.Find(PaymentId.Of(auth.Name))!.VoucherMinor);
    }

    [Theory]
    [InlineData(10_00, true)]
    [InlineData(10_01, false)]
    public void A_voucher_never_claims_more_than_the_hold(long amountMinor, bool kept)
    {
        var bench = Ready();
        var auth = bench.Hold(Alice);
        var effects = bench.Send(VoucherOf(auth, 1, amountMinor));
        Assert.Equal(!kept, effects.Any(effect => effect is Effect.Hint { Code: DecisionCode.CaptureExceeds }));
    }

    [Fact]
    public void One_tick_with_two_contents_is_a_conflict()
    {
        var bench = Ready();
        var auth = bench.Hold(Alice);
        bench.Send(VoucherOf(auth, 1, 2_00));
        bench.Sync();
        bench.Send(VoucherOf(auth, 1, 3_00));
        bench.Sync();
        Assert.Single(bench.Events.OfType<RoundEvent.Conflict>());
        Assert.True(bench.Book.IsDenied(Alice.Id, 1));
    }

    [Fact]
    public void The_same_voucher_again_is_acknowledged_and_changes_nothing()
    {
        var bench = Ready();
        var auth = bench.Hold(Alice);
        bench.Send(VoucherOf(auth, 1, 2_00));
        bench.Sync();
        Assert.IsType<Effect.Accept>(Assert.Single(bench.Send(VoucherOf(auth, 1, 2_00))));
        Assert.Empty(bench.Sync());
    }

    [Fact]
    public void A_closed_session_takes_no_voucher()
    {
        var bench = Ready();
        var auth = bench.Hold(Alice);
        bench.Decide(bench.Finish(Shop, Operation.Capture, auth, 1_00));
        Assert.Contains(
            bench.Send(VoucherOf(auth, 1, 2_00)), effect => effect is Effect.Hint { Code: DecisionCode.HoldClosed });
    }
}
