using MqttPay.FirmwareSim.Devices;
using MqttPay.Payments;
using Xunit;

namespace MqttPay.UnitTests.FirmwareSim;

/// <summary>A payer's device and what it holds: AUTH, INCREMENT, VOID, and a SALE that waits or takes less.</summary>
public sealed class DeviceHoldTests
{
    [Fact]
    public void An_approved_auth_is_held_and_dispenses_nothing()
    {
        using var bench = new Bench().Ready();

        var effects = bench.Pay(Wish.Auth(500));

        Assert.Empty(effects.OfType<DeviceEffect.Dispense>());
        Assert.True(Assert.Single(effects.OfType<DeviceEffect.Keep>()).Receipt.Held);
        Assert.Equal(new HeldPayment(1, ByAuth: true, 500), bench.Machine.State.Held);
    }

    [Fact]
    public void A_declined_auth_leaves_what_was_held_before()
    {
        using var bench = new Bench().Ready();
        bench.Pay(Wish.Auth(500));

        bench.Pay(Wish.Auth(900), decision => decision with { Code = DecisionCode.OverFloor, AmountMinor = 0 });

        Assert.Equal(1, bench.Machine.State.Held!.Sequence);
    }

    [Fact]
    public void An_increment_refers_to_the_auth_and_what_is_held_grows_by_it()
    {
        using var bench = new Bench().Ready();
        bench.Pay(Wish.Auth(500));

        var message = bench.Ask(Wish.Increment(250));
        var before = bench.Machine.State.Held!.AmountMinor;
        bench.Step(new DeviceInput.ReplyArrived(bench.Approve(message)));

        var request = Bench.Read(message);
        Assert.Equal((Operation.Increment, 1L, 2L), (request.Operation, request.ReferenceSequence, request.Sequence));
        Assert.Equal((500, 750), (before, bench.Machine.State.Held.AmountMinor));
    }

    [Fact]
    public void A_declined_increment_leaves_what_is_held()
    {
        using var bench = new Bench().Ready();
        bench.Pay(Wish.Auth(500));

        bench.Pay(Wish.Increment(250), decision => decision with { Code = DecisionCode.OverFloor, AmountMinor = 0 });

        Assert.Equal(500, bench.Machine.State.Held!.AmountMinor);
    }

    [Theory]
    [InlineData(DecisionCode.HoldClosed)]
    [InlineData(DecisionCode.ReferenceNotFound)]
    public void An_answer_that_the_hold_is_gone_ends_it(DecisionCode code)
    {
        using var bench = new Bench().Ready();
        bench.Pay(Wish.Auth(500));

        bench.Pay(Wish.Increment(250), decision => decision with { Code = code, AmountMinor = 0, Lease = 0 });

        Assert.Null(bench.Machine.State.Held);
    }

    [Fact]
    public void Nothing_grows_but_an_auth()
    {
        using var bench = new Bench().Ready();
        var without = bench.Step(new DeviceInput.Asked(Wish.Increment(100)));
        bench.Pay(Wish.HeldSale(500));

        var onSale = bench.Step(new DeviceInput.Asked(Wish.Increment(100)));

        Assert.IsType<DeviceEffect.Refused>(Assert.Single(without));
        Assert.IsType<DeviceEffect.Refused>(Assert.Single(onSale));
    }

    [Fact]
    public void A_declined_void_leaves_the_hold_and_an_approved_one_ends_it()
    {
        using var bench = new Bench().Ready();
        bench.Pay(Wish.Auth(500));

        bench.Pay(Wish.VoidOfHeld, decision => decision with { Code = DecisionCode.NotPermitted });
        var afterDecline = bench.Machine.State.Held;
        bench.Pay(Wish.VoidOfHeld, decision => decision with { AmountMinor = 500 });

        Assert.NotNull(afterDecline);
        Assert.Null(bench.Machine.State.Held);
    }

    [Fact]
    public void What_was_claimed_from_is_not_voided_by_its_payer()
    {
        using var bench = new Bench().Ready();
        bench.Pay(Wish.Auth(500));
        bench.Ask(Wish.Voucher(10));

        Assert.IsType<DeviceEffect.Refused>(Assert.Single(bench.Step(new DeviceInput.Asked(Wish.VoidOfHeld))));
    }

    [Fact]
    public void A_smaller_approval_dispenses_only_what_was_approved()
    {
        using var bench = new Bench().Ready();

        var effects = bench.Pay(Wish.SaleOrLess(500), decision => decision with { AmountMinor = 120 });

        Assert.Equal(120, Assert.Single(effects.OfType<DeviceEffect.Dispense>()).AmountMinor);
        Assert.Equal((500, 120), effects.OfType<DeviceEffect.Keep>()
            .Select(kept => (kept.Receipt.AskedMinor, kept.Receipt.AmountMinor)).Single());
    }

    [Fact]
    public void A_sale_may_ask_for_less_or_name_another_payee()
    {
        using var bench = new Bench().Ready();

        var request = Bench.Read(bench.Ask(Wish.SaleOrLess(500) with { Payee = 9 }));

        Assert.Equal((RequestFlags.PartialOk, 9u), (request.Flags, request.Payee));
    }

    [Fact]
    public void A_reboot_remembers_what_is_held()
    {
        using var bench = new Bench().Ready();
        bench.Pay(Wish.Auth(500));

        bench.Reboot();
        bench.Step(new DeviceInput.Connected());

        Assert.Equal(1, Bench.Read(bench.Ask(Wish.VoidOfHeld)).ReferenceSequence);
    }
}
