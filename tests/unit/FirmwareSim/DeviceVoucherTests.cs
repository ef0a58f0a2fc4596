using MqttPay.FirmwareSim.Devices;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.FirmwareSim;

/// <summary>Cumulative claims on an own AUTH: no name, no answer, and only the newest is sent again.</summary>
public sealed class DeviceVoucherTests
{
    [Fact]
    public void A_claim_is_remembered_before_it_is_published_and_takes_no_sequence()
    {
        using var bench = Session();

        var effects = bench.Step(new DeviceInput.Asked(Wish.Voucher(40)));

        var kept = Assert.IsType<DeviceEffect.Persist>(effects[0]).State;
        var message = Assert.IsType<DeviceEffect.Publish>(effects[1]).Message;
        var voucher = Bench.Read(message);
        Assert.Equal(message, kept.Held!.Voucher);
        Assert.Equal(
            (1L, 1u, 40L, 0L), (voucher.ReferenceSequence, voucher.Tick, voucher.AmountMinor, voucher.Sequence));
        Assert.Equal(1, kept.LastSequence);
    }

    [Fact]
    public void Ticks_rise_and_claims_never_fall()
    {
        using var bench = Session();
        bench.Ask(Wish.Voucher(40));

        var less = bench.Step(new DeviceInput.Asked(Wish.Voucher(39)));
        var same = Bench.Read(bench.Ask(Wish.Voucher(40)));
        var more = Bench.Read(bench.Ask(Wish.Voucher(41)));

        Assert.IsType<DeviceEffect.Refused>(Assert.Single(less));
        Assert.Equal((2u, 3u), (same.Tick, more.Tick));
    }

    [Fact]
    public void Claims_all_that_is_held_and_no_more_until_it_grows()
    {
        using var bench = Session();

        bench.Ask(Wish.Voucher(500));
        var beyond = bench.Step(new DeviceInput.Asked(Wish.Voucher(501)));
        bench.Pay(Wish.Increment(100));
        var grown = Bench.Read(bench.Ask(Wish.Voucher(600)));

        Assert.IsType<DeviceEffect.Refused>(Assert.Single(beyond));
        Assert.Equal(600, grown.AmountMinor);
    }

    [Fact]
    public void Only_an_auth_takes_claims()
    {
        using var bench = new Bench().Ready();
        bench.Pay(Wish.HeldSale(500));

        Assert.IsType<DeviceEffect.Refused>(Assert.Single(bench.Step(new DeviceInput.Asked(Wish.Voucher(1)))));
    }

    [Fact]
    public void Only_the_newest_claim_is_sent_again_and_its_acknowledgement_ends_it()
    {
        using var bench = Session();
        var first = bench.Ask(Wish.Voucher(40));
        var second = bench.Ask(Wish.Voucher(80), seconds: 1);

        var late = bench.Step(new DeviceInput.Acknowledged(first), seconds: 1.5);
        var again = bench.Step(new DeviceInput.Woken(), seconds: 3);
        var ended = bench.Step(new DeviceInput.Acknowledged(second), seconds: 4);
        var after = bench.Step(new DeviceInput.Connected(), seconds: 5);

        Assert.Empty(late);
        Assert.Equal(second, Assert.Single(again.OfType<DeviceEffect.Publish>()).Message);
        Assert.Equal(new DeviceEffect.Vouched(2, 80), Assert.Single(ended.OfType<DeviceEffect.Vouched>()));
        Assert.Empty(after);
    }

    [Fact]
    public void A_power_cut_sends_the_same_claim_again_and_signs_no_other_under_its_tick()
    {
        using var bench = Session();
        var voucher = bench.Ask(Wish.Voucher(40));

        bench.Reboot();
        var again = bench.Step(new DeviceInput.Connected());

        Assert.Equal(voucher, Assert.Single(again.OfType<DeviceEffect.Publish>()).Message);
        Assert.Equal(2u, Bench.Read(bench.Ask(Wish.Voucher(41))).Tick);
    }

    [Fact]
    public void Claims_go_on_while_an_increment_waits_for_its_answer()
    {
        using var bench = Session();
        var increment = bench.Ask(Wish.Increment(100));

        var voucher = bench.Ask(Wish.Voucher(40));
        var woken = bench.Step(new DeviceInput.Woken(), seconds: 3).OfType<DeviceEffect.Publish>().ToList();

        Assert.Equal([increment, voucher], woken.Select(publish => publish.Message));
    }

    [Theory]
    [InlineData(DecisionCode.EdgeFrozen)]
    [InlineData(DecisionCode.TempError)]
    public void A_hint_behind_the_acknowledgement_sends_the_claim_again_later(DecisionCode code)
    {
        using var bench = Session();
        var voucher = bench.Ask(Wish.Voucher(40));
        bench.Step(new DeviceInput.Acknowledged(voucher));

        var wake = Assert.Single(bench.Step(Hint(code)).OfType<DeviceEffect.WakeAt>()).Time;
        var later = bench.Step(new DeviceInput.Woken(), wake.TotalSeconds);

        Assert.Equal(voucher, Assert.Single(later.OfType<DeviceEffect.Publish>()).Message);
    }

    [Theory]
    [InlineData(DecisionCode.HoldClosed)]
    [InlineData(DecisionCode.ReferenceNotFound)]
    public void A_hint_that_nothing_is_held_ends_the_session(DecisionCode code)
    {
        using var bench = Session();
        bench.Ask(Wish.Voucher(40));

        var effects = bench.Step(Hint(code));

        Assert.Equal(new DeviceEffect.SessionOver(1, code), Assert.Single(effects.OfType<DeviceEffect.SessionOver>()));
        Assert.IsType<DeviceEffect.Refused>(Assert.Single(bench.Step(new DeviceInput.Asked(Wish.Voucher(50)))));
        Assert.Empty(bench.Step(new DeviceInput.Woken(), seconds: 100));
    }

    [Fact]
    public void A_claim_that_the_edge_will_never_take_is_not_sent_again()
    {
        using var bench = Session();
        bench.Ask(Wish.Voucher(40));

        bench.Step(Hint(DecisionCode.CaptureExceeds));

        Assert.Empty(bench.Step(new DeviceInput.Woken(), seconds: 100));
        Assert.NotNull(bench.Machine.State.Held);
    }

    [Fact]
    public void Another_content_under_a_tick_stops_the_device()
    {
        using var bench = Session();
        bench.Ask(Wish.Voucher(40));

        bench.Step(Hint(DecisionCode.ReplayConflict));

        Assert.True(bench.Machine.State.Stopped);
    }

    /// <summary>An AUTH of 5.00 that is approved.</summary>
    private static Bench Session()
    {
        var bench = new Bench().Ready();
        bench.Pay(Wish.Auth(500));
        return bench;
    }

    private static DeviceInput.ReplyArrived Hint(DecisionCode code) => new(ReplyCodec.EncodeHint(1, 1, code, 100));
}
