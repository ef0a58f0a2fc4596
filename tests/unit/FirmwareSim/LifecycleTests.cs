using MqttPay.FirmwareSim.Demo;
using MqttPay.FirmwareSim.Devices;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.FirmwareSim;

/// <summary>The demo's checks of holds, vouchers and refunds: good books pass, each wrong one fails.</summary>
public sealed class LifecycleTests
{
    private const long Lease = 7, Limit = 8_00;

    private static readonly SigningKey Payer = SigningKey.Create(SignatureAlgorithm.EdDsa);
    private static readonly SigningKey Till = SigningKey.Create(SignatureAlgorithm.EdDsa);

    private static readonly KeptReceipt Auth = Of(Payer, 1, Operation.Auth, 4_00) with { Held = true };
    private static readonly KeptReceipt More = Of(Payer, 2, Operation.Increment, 1_50, own: 1) with { Held = true };
    private static readonly KeptReceipt Capture = Of(Till, 1, Operation.Capture, 3_20, about: Auth.Payment);
    private static readonly KeptReceipt After = Of(Payer, 3, Operation.Sale, 4_00);
    private static readonly KeptReceipt Part1 = Of(Till, 2, Operation.Refund, 70, about: After.Payment);
    private static readonly KeptReceipt Part2 = Of(Till, 3, Operation.Refund, 50, about: After.Payment);

    private static readonly LedgerRow[] Rows =
    [
        Row(Auth, 0, 4_00), Row(More, 0, 1_50), Row(Capture, 3_20, -5_50), Row(After, 4_00, 0), Row(Part1, -70, 0),
        Row(Part2, -50, 0),
    ];

    [Fact]
    public void A_hold_that_was_captured_once_and_whose_rest_was_spent_again_is_good()
    {
        var check = Hold([Auth, More, Capture, After], Rows);

        Assert.True(check.Holds);
        Assert.Equal(
            "EUR 3.20 of EUR 5.50 captured, posted once, EUR 2.30 back in its lease and spent again", check.Said);
    }

    [Fact]
    public void A_capture_that_is_posted_twice_or_otherwise_is_not() =>
        Assert.All(
            new[] { Rows.Append(Rows[2]), Rows.Select(row => row == Rows[2] ? row with { PaidMinor = 3_21 } : row) },
            rows => Assert.False(Hold([Auth, More, Capture, After], [.. rows]).Holds));

    [Fact]
    public void A_part_that_stays_held_is_not_good() =>
        Assert.False(Hold(
            [Auth, More, Capture, After],
            [.. Rows.Select(row => row == Rows[2] ? row with { HeldMinor = -4_00 } : row)]).Holds);

    [Fact]
    public void A_rest_that_was_not_spent_again_is_not_good()
    {
        var small = After with { AmountMinor = 2_50 };   // Fits beside the whole hold.

        Assert.False(Hold([Auth, More, Capture, small], Rows).Holds);
        Assert.False(Hold([Auth, More, Capture, After with { Lease = 8 }], Rows).Holds);
        Assert.False(Hold([Auth, More, Capture], Rows).Holds);
    }

    [Theory]
    [InlineData(3_20, true)]
    [InlineData(3_19, false)]
    [InlineData(0, false)]
    public void A_session_is_captured_by_exactly_its_last_voucher(long lastClaim, bool holds) =>
        Assert.Equal(
            holds,
            Lifecycle.VouchersOf(
                Payer.Public.Id, lastClaim, [Auth, Capture],
                [Row(Auth, 0, 4_00), Row(Capture, 3_20, -4_00)]).Holds);

    [Fact]
    public void Two_refunds_are_both_posted_once_each()
    {
        var check = Refunds([After, Part1, Part2], Rows);

        Assert.True(check.Holds);
        Assert.Equal("EUR 1.20 of EUR 4.00 paid back in 2 parts", check.Said);
        Assert.False(Refunds([After, Part1, Part2], [.. Rows.Where(row => row != Rows[5])]).Holds);
        Assert.False(Refunds([After, Part1, Part2], [.. Rows, Rows[5]]).Holds);
        Assert.False(Refunds([After, Part1], Rows).Holds);
    }

    [Fact]
    public void A_restored_gateway_must_freeze_take_a_new_fence_and_pay_again_at_no_loss()
    {
        var good = new Restored
        {
            WorstLossMinor = 900_00, RoundsForgotten = 300, Froze = true, FenceBefore = 3, FenceAfter = 4,
            PaidAgain = 20, BranchBooked = true,
        };
        KeptReceipt[] receipts = [After with { Fence = 4 }];

        Assert.True(Lifecycle.RestoredOf(good, receipts, 0).Holds);
        Assert.All(
            new[]
            {
                good with { Froze = false }, good with { ApprovedWhileFrozen = 1 }, good with { FenceAfter = 3 },
                good with { PaidAgain = 0 }, good with { BranchBooked = false }, good with { WorstLossMinor = 0 }, null,
            },
            bad => Assert.False(Lifecycle.RestoredOf(bad, receipts, 0).Holds));
        Assert.False(Lifecycle.RestoredOf(good, [After], 0).Holds);
        Assert.False(Lifecycle.RestoredOf(good, receipts, edgeLossMinor: 1).Holds);
    }

    [Fact]
    public void A_clone_that_nobody_can_prove_is_not_good()
    {
        Assert.True(Lifecycle.EvidenceOf("Key a signed two requests 1/1.").Holds);
        Assert.False(Lifecycle.EvidenceOf(null).Holds);
    }

    private static LifecycleCheck Hold(IReadOnlyList<KeptReceipt> receipts, IReadOnlyList<LedgerRow> rows) =>
        Lifecycle.HoldOf(Payer.Public.Id, receipts, rows, _ => Limit);

    private static LifecycleCheck Refunds(IReadOnlyList<KeptReceipt> receipts, IReadOnlyList<LedgerRow> rows) =>
        Lifecycle.RefundsOf(Payer.Public.Id, receipts, rows);

    private static KeptReceipt Of(
        SigningKey key, long sequence, Operation operation, long minor, long? own = null, PaymentId? about = null)
    {
        var request = new PaymentRequest
        {
            Operation = operation, Kid = key.Public.Id, Epoch = 1, Sequence = sequence, Edge = 40_213,
            AmountMinor = minor, Currency = 978, ReferenceSequence = own, ReferenceId = about,
        };
        return new(
            request.Name, operation, false, minor, DecisionCode.Approved, minor, Lease, 40_213, 3, 77,
            RequestBuilder.Sign(request, key).Message, []);
    }

    private static LedgerRow Row(KeptReceipt receipt, long paid, long held) =>
        new(receipt.Payment.ToString(), "any", paid, held, receipt.Lease);
}
