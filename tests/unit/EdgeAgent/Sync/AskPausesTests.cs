using MqttPay.EdgeAgent.Sync;
using MqttPay.Payments;
using Xunit;

namespace MqttPay.UnitTests.EdgeAgent.Sync;

public sealed class AskPausesTests
{
    private const long Day = 24 * 3600;

    private static readonly AskPauses.Want Payer = new(new(new AccountId(71), 978), default);
    private static readonly AskPauses.Want Float = new(new(null, 978), default);

    private readonly AskPauses pauses = new();

    [Fact]
    public void Who_is_told_to_go_on_is_left_alone_for_a_day()
    {
        pauses.Refused(Payer, DecisionCode.Approved, 1_000);

        Assert.False(pauses.MayAsk(Payer, 1_000 + Day - 1));
        Assert.True(pauses.MayAsk(Payer, 1_000 + Day));
        Assert.True(pauses.MayAsk(Payer with { Purse = new(new AccountId(72), 978) }, 1_000));
    }

    [Fact]
    public void A_payment_and_its_acknowledgement_end_the_day()
    {
        pauses.Refused(Payer, DecisionCode.Approved, 1_000);
        var paid = Payer with { Approvals = (new(1, 3_50), new(1, 3_50)) };
        Assert.False(pauses.MayAsk(paid, 1_019));
        Assert.True(pauses.MayAsk(paid, 1_020));

        pauses.Refused(paid, DecisionCode.Approved, 1_020);
        Assert.False(pauses.MayAsk(paid, 1_040));
        Assert.True(pauses.MayAsk(paid with { Approvals = (new(1, 3_50), default) }, 1_040));
    }

    [Fact]
    public void What_is_refused_is_asked_again_soon_and_so_is_the_float()
    {
        pauses.Refused(Payer, DecisionCode.Insufficient, 1_000);
        pauses.Refused(Float, DecisionCode.Approved, 1_000);

        Assert.False(pauses.MayAsk(Payer, 1_019));
        Assert.True(pauses.MayAsk(Payer, 1_020));
        Assert.False(pauses.MayAsk(Float, 1_019));
        Assert.True(pauses.MayAsk(Float, 1_020));
    }
}
