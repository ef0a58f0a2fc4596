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
}
