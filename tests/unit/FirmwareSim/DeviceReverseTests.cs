using MqttPay.FirmwareSim.Devices;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.FirmwareSim;

/// <summary>How a device gives up: REVERSE(n) as n+1, and never without a trace.</summary>
public sealed class DeviceReverseTests
{
    private static readonly DeviceRules MayReverse = new() { MayReverse = true };

    [Fact]
    public void After_too_many_hints_of_overload_the_open_request_is_reversed_as_the_next_one()
    {
        using var bench = Ready();
        bench.AskSale();
        for (var hint = 0; hint < 3; hint++) bench.Step(Hint(1, DecisionCode.TempError));
        Assert.Equal(1, bench.Machine.State.LastSequence);

        var effects = bench.Step(Hint(1, DecisionCode.TempError));

        var reverse = Bench.Read(Assert.Single(effects.OfType<DeviceEffect.Publish>()).Message);
        Assert.Equal(
            (Operation.Reverse, 2L, 1L), (reverse.Operation, reverse.Sequence, reverse.ReferenceSequence));
        Assert.Null(Assert.Single(effects.OfType<DeviceEffect.Finished>()).Code);
    }

    [Fact]
    public void Giving_up_and_the_reverse_are_remembered_at_once()
    {
        using var bench = Ready();
        bench.AskSale();

        var effects = bench.Step(new DeviceInput.Asked(Wish.Reverse()));

        var state = Assert.Single(effects.OfType<DeviceEffect.Persist>()).State;
        Assert.Equal((Operation.Reverse, 1L), (state.Open!.Operation, state.Open.Reference));
        Assert.IsType<DeviceEffect.Persist>(effects[0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public void The_answer_tells_whether_anything_had_been_taken(long givenBack)
    {
        using var bench = Ready();
        bench.AskSale();
        var reverse = bench.Ask(Wish.Reverse());

        var effects = bench.Step(new DeviceInput.ReplyArrived(bench.Final(
            reverse, decision => decision with { AmountMinor = givenBack, Lease = givenBack == 0 ? 0 : 7 })));

        Assert.Equal(new DeviceEffect.Undone(1, givenBack), Assert.Single(effects.OfType<DeviceEffect.Undone>()));
        Assert.Empty(effects.OfType<DeviceEffect.Dispense>());
    }

    [Fact]
    public void A_reverse_that_came_too_late_undoes_nothing()
    {
        using var bench = Ready();
        bench.AskSale();
        var reverse = bench.Ask(Wish.Reverse());

        var effects = bench.Step(new DeviceInput.ReplyArrived(bench.Final(
            reverse, decision => decision with { Code = DecisionCode.HoldClosed, Lease = 0 })));

        Assert.Empty(effects.OfType<DeviceEffect.Undone>());
        Assert.Equal(DecisionCode.HoldClosed, Assert.Single(effects.OfType<DeviceEffect.Finished>()).Code);
    }

    [Fact]
    public void A_late_approval_of_what_was_given_up_dispenses_nothing()
    {
        using var bench = Ready();
        var sale = bench.AskSale();
        bench.Ask(Wish.Reverse());

        var effects = bench.Step(new DeviceInput.ReplyArrived(bench.Approve(sale)));

        Assert.Equal(new DeviceEffect.Ignored(ReplyProblem.WrongName), Assert.Single(effects));
    }

    [Fact]
    public void A_reverse_is_repeated_as_the_same_bytes_after_a_power_cut()
    {
        using var bench = Ready();
        bench.AskSale();
        var reverse = bench.Ask(Wish.Reverse());

        bench.Reboot();

        Assert.Equal(
            reverse, Assert.Single(bench.Step(new DeviceInput.Connected()).OfType<DeviceEffect.Publish>()).Message);
    }

    [Theory]
    [InlineData(DecisionCode.TempError)]
    [InlineData(DecisionCode.BadSignature)]
    [InlineData(DecisionCode.Format)]
    [InlineData(DecisionCode.WrongEdge)]
    public void A_reverse_itself_is_not_given_up(DecisionCode code)
    {
        using var bench = Ready();
        bench.AskSale();
        var reverse = bench.Ask(Wish.Reverse());

        for (var hint = 0; hint < 10; hint++) bench.Step(Hint(2, code));

        Assert.Equal(reverse, bench.Machine.State.Open!.Message);
    }

    [Fact]
    public void A_finished_payment_is_reversed_by_its_sequence_and_the_hold_is_gone()
    {
        using var bench = Ready();
        bench.Pay(Wish.Auth(500));

        bench.Pay(Wish.Reverse(1), decision => decision with { AmountMinor = 500 });

        Assert.Null(bench.Machine.State.Held);
    }

    [Fact]
    public void Without_the_permission_nothing_is_reversed()
    {
        using var bench = new Bench().Ready();
        bench.AskSale();

        Assert.IsType<DeviceEffect.Refused>(Assert.Single(bench.Step(new DeviceInput.Asked(Wish.Reverse()))));
    }

    [Fact]
    public void A_request_that_was_never_made_cannot_be_reversed()
    {
        using var bench = Ready();

        Assert.IsType<DeviceEffect.Refused>(Assert.Single(bench.Step(new DeviceInput.Asked(Wish.Reverse(1)))));
    }

    [Fact]
    public void At_another_edge_an_open_payment_is_left_alone_until_its_own_edge_is_met_again()
    {
        using var bench = Ready();
        bench.AskSale();

        var moved = bench.Step(new DeviceInput.ConfigArrived(bench.Config(version: 2, edge: 2)));
        var there = bench.Ask(Wish.Sale(90));
        bench.Step(new DeviceInput.ReplyArrived(bench.Final(there, decision => decision, edge: 2)));
        bench.Reboot();
        bench.Step(new DeviceInput.Connected());
        var back = bench.Step(new DeviceInput.ConfigArrived(bench.Config(version: 3)));

        Assert.Empty(moved.OfType<DeviceEffect.Publish>());
        Assert.Equal((2u, 2L), (Bench.Read(there).Edge, Bench.Read(there).Sequence));
        var reverse = Bench.Read(Assert.Single(back.OfType<DeviceEffect.Publish>()).Message);
        Assert.Equal(
            (Operation.Reverse, Bench.Edge, 3L, 1L),
            (reverse.Operation, reverse.Edge, reverse.Sequence, reverse.ReferenceSequence));
        Assert.Empty(bench.Machine.State.Doubts);
    }

    [Fact]
    public void An_unfinished_reverse_waits_for_its_edge_as_well()
    {
        using var bench = Ready();
        bench.AskSale();
        bench.Ask(Wish.Reverse());

        bench.Step(new DeviceInput.ConfigArrived(bench.Config(version: 2, edge: 2)));

        Assert.Equal(new Doubt(Bench.Edge, 1), Assert.Single(bench.Machine.State.Doubts));
    }

    [Fact]
    public void With_too_many_unknown_outcomes_nothing_more_is_paid()
    {
        using var bench = Ready();
        for (var edge = 2u; edge < 2 + DeviceState.DoubtsMax; edge++)
        {
            bench.AskSale();
            bench.Step(new DeviceInput.ConfigArrived(bench.Config(version: edge, edge: edge)));
        }

        Assert.IsType<DeviceEffect.Refused>(Assert.Single(bench.Step(new DeviceInput.Asked(Wish.Sale(10)))));
    }

    private static Bench Ready()
    {
        var bench = new Bench { Rules = MayReverse };
        bench.Reboot();
        return bench.Ready();
    }

    private static DeviceInput.ReplyArrived Hint(long sequence, DecisionCode code) =>
        new(ReplyCodec.EncodeHint(1, sequence, code, 100));
}
