using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.Core.Settlement;

public sealed class SealTotalsTests
{
    [Fact]
    public void Totals_are_per_operation_currency_and_code_and_sorted()
    {
        SealEntry[] entries =
        [
            new(Operation.Void, 0, DecisionCode.Approved, 0),
            new(Operation.Sale, 978, DecisionCode.Insufficient, 0),
            new(Operation.Sale, 978, DecisionCode.Approved, 3_50),
            new(Operation.Sale, 840, DecisionCode.Approved, 1_00),
            new(Operation.Sale, 978, DecisionCode.Approved, 4_00),
        ];

        Assert.Equal(
            [
                new SealTotal(Operation.Sale, 840, DecisionCode.Approved, 1, 1_00),
                new SealTotal(Operation.Sale, 978, DecisionCode.Approved, 2, 7_50),
                new SealTotal(Operation.Sale, 978, DecisionCode.Insufficient, 1, 0),
                new SealTotal(Operation.Void, 0, DecisionCode.Approved, 1, 0),
            ],
            SealTotals.Of(entries));
        Assert.True(SealTotals.Equal(SealTotals.Of(entries), SealTotals.Of(entries.Reverse())));
    }

    [Theory]
    [InlineData(0, 1, 10, true, true, false)]
    [InlineData(1, 1, 2, true, false, true)]
    [InlineData(1, 1, 1, true, false, false)]
    [InlineData(1, 1, 9, false, false, false)]
    [InlineData(1, 1, 0, false, true, true)]
    [InlineData(8_000, 191, 0, false, false, false)]
    [InlineData(8_000, 192, 0, false, false, true)]
    public void A_batch_is_cut_when_it_waits_too_long_is_full_or_the_day_ends(
        int unsent, int next, int seconds, bool connected, bool cutOff, bool cut) => Assert.Equal(
        cut,
        BatchCutter.MustSeal(unsent, next, TimeSpan.FromSeconds(seconds), connected, cutOff, BatchCutter.SealAfter));
}
