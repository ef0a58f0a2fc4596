using MqttPay.Payments;
using Xunit;

namespace MqttPay.UnitTests.Core.Payments;

public sealed class LeaseTests
{
    private static readonly Lease Ten = new(1, new AccountId(7), 978, 10_00, 0, 3600);

    [Fact]
    public void Spends_to_its_limit_and_breaks_the_process_one_minor_unit_later()
    {
        Assert.Equal(0, Ten.Spend(10_00).RemainingMinor);
        Assert.Throws<InvariantException>(() => Ten.Spend(10_01));
        Assert.Throws<InvariantException>(() => Ten.Spend(-1));
    }

    [Fact]
    public void A_stopped_lease_pays_nothing() =>
        Assert.Throws<InvariantException>(() => (Ten with { State = LeaseState.Stopped }).Spend(1));

    [Fact]
    public void What_a_hold_gives_back_is_spendable_again_here()
    {
        var held = Ten.SpendHeld(6_00);
        Assert.Equal((4_00L, 1), (held.RemainingMinor, held.OpenHolds));
        Assert.Equal((10_00L, 0), (held.EndHold(6_00).RemainingMinor, held.EndHold(6_00).OpenHolds));
    }

    [Fact]
    public void A_hold_ends_once()
    {
        var ended = Ten.SpendHeld(6_00).EndHold(6_00);
        Assert.Throws<InvariantException>(() => ended.EndHold(0));
    }

    [Fact]
    public void Time_going_backwards_does_not_give_a_lease_more_time() =>
        Assert.False((Ten with { SinceSeconds = 100 }).TimeIsUp(0));
}
