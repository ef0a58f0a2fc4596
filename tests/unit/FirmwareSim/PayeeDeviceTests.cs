using MqttPay.FirmwareSim.Devices;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.FirmwareSim;

/// <summary>A payee's device: it believes a proved notice alone, and finishes what is held for it.</summary>
public sealed class PayeeDeviceTests
{
    private static readonly RequestName Payer = new(new(0x0123456789abcdef), 3, 77);

    private static readonly PaymentId Payment = PaymentId.Of(Payer);

    [Fact]
    public void A_proved_notice_names_the_payment_and_what_is_held()
    {
        using var bench = Ready();

        var effects = bench.Step(new DeviceInput.ReplyArrived(bench.Notice(Payer, 500)));

        Assert.Equal(new NotedHold(Payment, 500), Assert.Single(bench.Machine.State.Noted));
        Assert.IsType<DeviceEffect.Persist>(effects[0]);
        Assert.Equal(new DeviceEffect.Noticed(Payment, 500, 86_400), effects[1]);
    }

    [Fact]
    public void A_notice_of_another_edge_key_digest_or_edge_is_ignored()
    {
        using var bench = Ready();
        using var stranger = SigningKey.Create(SignatureAlgorithm.Es256);

        Ignores(bench, bench.Notice(Payer, 500, by: stranger), ReplyProblem.BadSignature);
        Ignores(bench, bench.Notice(Payer, 500, provenDigest: Hash.Of([9])), ReplyProblem.NotIncluded);
        Ignores(bench, bench.Notice(Payer, 500, edge: 2), ReplyProblem.WrongEdge);
    }

    [Fact]
    public void A_notice_of_a_decline_holds_nothing()
    {
        using var bench = Ready();

        Ignores(bench, bench.Notice(Payer, 0, DecisionCode.OverFloor), ReplyProblem.NotApproved);
    }

    [Fact]
    public void No_single_changed_byte_of_a_notice_names_the_same_payment()
    {
        using var bench = Ready();
        var good = bench.Notice(Payer, 500);

        for (var i = 0; i < good.Length; i++)
        {
            var bad = good.ToArray();
            bad[i] ^= 1;
            bench.Step(new DeviceInput.ReplyArrived(bad));
            Assert.DoesNotContain(bench.Machine.State.Noted, hold => hold.Payment == Payment);
        }
    }

    [Fact]
    public void A_payers_device_takes_no_notice()
    {
        using var bench = new Bench().Ready();

        Ignores(bench, bench.Notice(Payer, 500), ReplyProblem.ForAnother);
    }

    [Fact]
    public void Captures_a_part_of_what_it_was_notified_of_by_payment_id()
    {
        using var bench = Noted();

        var message = bench.Ask(Wish.Capture(Payment, 320));
        var request = Bench.Read(message);
        bench.Step(new DeviceInput.ReplyArrived(bench.Approve(message)));

        Assert.Equal(
            (Operation.Capture, Payment, 320L, 978),
            (request.Operation, request.ReferenceId, request.AmountMinor, request.Currency));
        Assert.Null(request.ReferenceSequence);
        Assert.Empty(bench.Machine.State.Noted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(120)]
    public void Confirms_what_was_delivered_also_that_it_was_nothing(long deliveredMinor)
    {
        using var bench = Noted();

        var request = Bench.Read(bench.Ask(Wish.Confirm(Payment, deliveredMinor)));

        Assert.Equal((Operation.Confirm, deliveredMinor), (request.Operation, request.AmountMinor));
    }

    [Theory]
    [InlineData(DecisionCode.HoldClosed, 0)]
    [InlineData(DecisionCode.CaptureExceeds, 1)]
    [InlineData(DecisionCode.ReferenceNotFound, 1)]
    public void A_decline_forgets_the_hold_only_when_it_is_closed(DecisionCode code, int left)
    {
        using var bench = Noted();

        bench.Pay(Wish.Capture(Payment, 320), decision => decision with { Code = code, AmountMinor = 0, Lease = 0 });

        Assert.Equal(left, bench.Machine.State.Noted.Count);
    }

    [Fact]
    public void Without_a_notice_nothing_is_captured_confirmed_or_voided()
    {
        using var bench = Ready();

        foreach (var wish in new[] { Wish.Capture(Payment, 1), Wish.Confirm(Payment, 1), Wish.VoidOf(Payment) })
            Assert.IsType<DeviceEffect.Refused>(Assert.Single(bench.Step(new DeviceInput.Asked(wish))));
    }

    [Fact]
    public void Gives_up_by_payment_id_what_it_was_notified_of()
    {
        using var bench = Noted();

        var request = Bench.Read(bench.Ask(Wish.VoidOf(Payment)));

        Assert.Equal((Operation.Void, Payment, 0L), (request.Operation, request.ReferenceId, request.AmountMinor));
    }

    [Fact]
    public void Refunds_in_parts_under_names_of_their_own()
    {
        using var bench = Ready();

        var first = Bench.Read(bench.Ask(Wish.Refund(Payment, 20)));
        bench.Step(new DeviceInput.ReplyArrived(bench.Approve(bench.Machine.State.Open!.Message)));
        var second = Bench.Read(bench.Ask(Wish.Refund(Payment, 20)));

        Assert.Equal((Operation.Refund, Payment), (first.Operation, first.ReferenceId));
        Assert.Equal((1L, 2L), (first.Sequence, second.Sequence));
        Assert.NotEqual(PaymentId.Of(first.Name), PaymentId.Of(second.Name));
    }

    [Fact]
    public void A_power_cut_repeats_a_refund_as_the_same_bytes()
    {
        using var bench = Ready();
        var refund = bench.Ask(Wish.Refund(Payment, 20));

        bench.Reboot();

        Assert.Equal(
            refund, Assert.Single(bench.Step(new DeviceInput.Connected()).OfType<DeviceEffect.Publish>()).Message);
        Assert.Equal(Payment, bench.Machine.State.Open!.Payment);
    }

    [Fact]
    public void Asks_for_a_notice_again_by_payment_id_without_claiming_a_name()
    {
        using var bench = Ready();

        var request = Bench.Read(bench.Ask(Wish.StatusOf(Payment)));
        var unknown = bench.Step(new DeviceInput.ReplyArrived(
            ReplyCodec.EncodeHint(1, 0, DecisionCode.ReferenceNotFound, 0)));

        Assert.Equal((Operation.Status, Payment, 0L), (request.Operation, request.ReferenceId, request.Sequence));
        Assert.Equal(0, bench.Machine.State.LastSequence);
        Assert.Equal(new DeviceEffect.Hinted(DecisionCode.ReferenceNotFound), Assert.Single(unknown));
    }

    [Fact]
    public void A_notice_that_comes_twice_is_one_hold_and_a_reboot_keeps_it()
    {
        using var bench = Noted();

        var again = bench.Step(new DeviceInput.ReplyArrived(bench.Notice(Payer, 500)));
        bench.Reboot();

        Assert.Empty(again.OfType<DeviceEffect.Persist>());
        Assert.Single(bench.Machine.State.Noted);
    }

    [Fact]
    public void Of_too_many_notices_the_oldest_make_room()
    {
        using var bench = Ready();

        for (var i = 0; i <= DeviceState.NotedMax; i++)
            bench.Step(new DeviceInput.ReplyArrived(bench.Notice(Payer with { Sequence = 77 + i }, 500)));

        Assert.Equal(DeviceState.NotedMax, bench.Machine.State.Noted.Count);
        Assert.DoesNotContain(bench.Machine.State.Noted, hold => hold.Payment == Payment);
    }

    [Fact]
    public void A_payees_device_never_reverses()
    {
        using var bench = Ready();
        bench.Ask(Wish.Refund(Payment, 20));

        for (var hint = 0; hint < 10; hint++)
            bench.Step(new DeviceInput.ReplyArrived(ReplyCodec.EncodeHint(1, 1, DecisionCode.TempError, 100)));

        Assert.Equal(Operation.Refund, bench.Machine.State.Open!.Operation);
    }

    private static Bench Ready()
    {
        var bench = new Bench { Rules = new() { TakesNotices = true, MayReverse = true } };
        bench.Reboot();
        return bench.Ready();
    }

    private static Bench Noted()
    {
        var bench = Ready();
        bench.Step(new DeviceInput.ReplyArrived(bench.Notice(Payer, 500)));
        return bench;
    }

    private static void Ignores(Bench bench, byte[] message, ReplyProblem problem)
    {
        Assert.Equal(
            new DeviceEffect.Ignored(problem), Assert.Single(bench.Step(new DeviceInput.ReplyArrived(message))));
        Assert.Empty(bench.Machine.State.Noted);
    }
}
