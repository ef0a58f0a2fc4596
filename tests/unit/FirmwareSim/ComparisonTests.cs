using MqttPay.FirmwareSim.Demo;
using MqttPay.FirmwareSim.Devices;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.FirmwareSim;

public sealed class ComparisonTests
{
    private static readonly SigningKey Key = SigningKey.Create(SignatureAlgorithm.EdDsa);

    [Fact]
    public void A_receipt_with_one_row_of_its_amount_is_settled() =>
        Assert.Equal(1, Compare([Sale(1)], [Row(Sale(1))]).Settled);

    [Fact]
    public void A_receipt_without_a_row_is_lost() =>
        Assert.Equal([Sale(1).Payment.ToString()], Compare([Sale(1)], []).Lost);

    [Fact]
    public void Two_rows_of_one_payment_are_doubled() =>
        Assert.Equal([Sale(1).Payment.ToString()], Compare([Sale(1)], [Row(Sale(1)), Row(Sale(1))]).Doubled);

    [Theory]
    [InlineData(149, 7)]
    [InlineData(151, 7)]
    [InlineData(150, 8)]
    public void Another_amount_or_lease_is_no_settlement(long paidMinor, long lease)
    {
        var compared = Compare([Sale(1)], [Row(Sale(1)) with { PaidMinor = paidMinor, Lease = lease }]);

        Assert.Equal([Sale(1).Payment.ToString()], compared.WrongAmount);
        Assert.Equal(0, compared.Settled);
    }

    [Fact]
    public void A_held_sale_is_compared_by_what_is_held()
    {
        var held = Sale(1) with { Held = true };

        Assert.Equal(1, Compare([held], [Row(held) with { PaidMinor = 0, HeldMinor = 150 }]).Settled);
        Assert.Single(Compare([held], [Row(held)]).WrongAmount);
    }

    [Fact]
    public void A_row_for_a_declined_or_unknown_request_is_unfounded()
    {
        var declined = Sale(1) with { Code = DecisionCode.OverFloor, AmountMinor = 0 };

        var compared = Compare([declined], [Row(Sale(1)), Row(Sale(2))]);

        Assert.Equal(2, compared.Unfounded.Count);
    }

    [Fact]
    public void A_row_whose_answer_has_not_arrived_yet_is_founded()
    {
        var compared = Comparison.Of([], [Row(Sale(1))], [Sale(1).Name]);

        Assert.Empty(compared.Unfounded);
        Assert.Empty(compared.Doubled);
    }

    [Fact]
    public void Two_rows_of_an_unanswered_request_are_doubled() =>
        Assert.Single(Comparison.Of([], [Row(Sale(1)), Row(Sale(1))], [Sale(1).Name]).Doubled);

    [Theory]
    [InlineData(300, 1_000, 0)]
    [InlineData(299, 1_000, 1)]
    [InlineData(1_000, 299, 1)]
    public void Overspending_starts_one_minor_unit_above_lease_or_funds(long limit, long fund, long overspent) =>
        Assert.Equal(overspent, Overspent([Sale(1), Sale(2)], fund, limit));

    [Fact]
    public void A_void_gives_its_sale_back_and_nothing_else()
    {
        var held = Sale(1) with { Held = true };

        Assert.Equal(0, Overspent([held, Sale(2), VoidOf(3, sale: 1)], fund: 1_000, limit: 150));
        Assert.Equal(150, Overspent([held, Sale(2), VoidOf(3, sale: 9)], fund: 1_000, limit: 150));
    }

    [Fact]
    public void A_capture_is_compared_by_what_was_paid_and_a_refund_by_what_went_back()
    {
        var capture = Sale(1) with { Operation = Operation.Capture };
        var refund = Sale(2) with { Operation = Operation.Refund };

        Assert.Equal(2, Compare([capture, refund], [Row(capture), Row(refund) with { PaidMinor = -150 }]).Settled);
        Assert.Equal(2, Compare([capture, refund], [Row(capture) with { PaidMinor = 0 }, Row(refund)])
            .WrongAmount.Count);
    }

    [Fact]
    public void A_capture_frees_what_it_did_not_take_part_by_part()
    {
        var auth = Sale(1) with { Operation = Operation.Auth, Held = true };
        var more = About(Sale(2), Operation.Increment, own: 1) with { Lease = 8, Held = true };
        var capture = About(Sale(3), Operation.Capture, id: auth.Payment) with { AmountMinor = 200 };

        Assert.Equal(0, Overspent([auth, more], fund: 1_000, limit: 150));
        Assert.Equal(0, Overspent([auth, more, capture], fund: 200, limit: 150));
        Assert.Equal(1, Overspent([auth, more, capture], fund: 199, limit: 150));
        // Of the second part 50 were taken: 100 of its lease may be spent again, and no more.
        Assert.Equal(0, Overspent([auth, more, capture, Of(4, 100)], fund: 1_000, limit: 150));
        Assert.Equal(1, Overspent([auth, more, capture, Of(4, 101)], fund: 1_000, limit: 150));
    }

    [Fact]
    public void What_was_refunded_may_be_spent_again_by_its_account()
    {
        var refund = About(Sale(3), Operation.Refund, id: Sale(1).Payment) with { AmountMinor = 20 };

        Assert.Equal(20, Overspent([Sale(1), Sale(2)], fund: 280, limit: 1_000));
        Assert.Equal(0, Overspent([Sale(1), Sale(2), refund], fund: 280, limit: 1_000));
        Assert.Equal(1, Overspent([Sale(1), Sale(2), refund], fund: 279, limit: 1_000));
    }

    private static KeptReceipt Of(long sequence, long minor) => Sale(sequence) with { AmountMinor = minor, Lease = 8 };

    private static Comparison Compare(IReadOnlyList<KeptReceipt> receipts, IReadOnlyList<LedgerRow> rows) =>
        Comparison.Of(receipts, rows, []);

    private static long Overspent(IReadOnlyList<KeptReceipt> receipts, long fund, long limit) => Comparison.Overspent(
        receipts, new Dictionary<KeyId, AccountId> { [Key.Public.Id] = new(1) }, fund, _ => limit);

    private static KeptReceipt Sale(long sequence) => new(
        new(Key.Public.Id, 1, sequence), Operation.Sale, false, 150, DecisionCode.Approved, 150, 7, 40_213, 3, 77,
        [], []);

    private static KeptReceipt VoidOf(long sequence, long sale) => About(Sale(sequence), Operation.Void, own: sale);

    private static KeptReceipt About(KeptReceipt receipt, Operation operation, long? own = null, PaymentId? id = null)
    {
        var hasMoney = operation is not Operation.Void;
        var request = new PaymentRequest
        {
            Operation = operation, Kid = Key.Public.Id, Epoch = 1, Sequence = receipt.Name.Sequence, Edge = 40_213,
            AmountMinor = hasMoney ? 150 : 0, Currency = hasMoney ? 978 : 0, ReferenceSequence = own, ReferenceId = id,
        };
        return receipt with { Operation = operation, Request = RequestBuilder.Sign(request, Key).Message };
    }

    private static LedgerRow Row(KeptReceipt receipt) =>
        new(receipt.Payment.ToString(), "sale", receipt.AmountMinor, 0, receipt.Lease);
}
