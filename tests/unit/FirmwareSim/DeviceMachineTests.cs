using MqttPay.FirmwareSim.Devices;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.FirmwareSim;

public sealed class DeviceMachineTests
{
    [Theory]
    [InlineData(SignatureAlgorithm.Es256)]
    [InlineData(SignatureAlgorithm.EdDsa)]
    public void Remembers_a_request_before_it_publishes_it(SignatureAlgorithm algorithm)
    {
        using var bench = new Bench(algorithm).Ready();

        var effects = bench.Step(new DeviceInput.Asked(Wish.Sale(150)));

        var persist = Assert.IsType<DeviceEffect.Persist>(effects[0]);
        var publish = Assert.IsType<DeviceEffect.Publish>(effects[1]);
        Assert.Equal(publish.Message, persist.State.Open!.Message);
        Assert.Equal(1, persist.State.LastSequence);
        Assert.Equal(WireError.None, RequestCodec.TryParse(publish.Message, out var view));
        using var key = VerifyingKey.TryCreate(bench.Key.Public)!;
        var toBeSigned = new byte[RequestView.ToBeSignedMax];
        var length = view.WriteToBeSigned(publish.Message, toBeSigned);
        Assert.True(key.Verify(toBeSigned.AsSpan(0, length), view.Signature(publish.Message)));
        Assert.Equal((150, 978, Bench.Edge), (view.ToRequest().AmountMinor, view.ToRequest().Currency, view.Edge));
    }

    [Fact]
    public void Repeats_the_same_bytes_after_silence_and_after_a_reconnect()
    {
        using var bench = new Bench().Ready();
        var first = bench.AskSale();

        var afterSilence = bench.Step(new DeviceInput.Woken(), seconds: 3);
        bench.Step(new DeviceInput.Disconnected());
        var whileAway = bench.Step(new DeviceInput.Woken(), seconds: 100);
        var afterReconnect = bench.Step(new DeviceInput.Connected(), seconds: 101);

        Assert.Equal(first, Assert.Single(afterSilence.OfType<DeviceEffect.Publish>()).Message);
        Assert.Empty(whileAway);
        Assert.Equal(first, Assert.Single(afterReconnect.OfType<DeviceEffect.Publish>()).Message);
    }

    [Fact]
    public void A_timer_that_rings_too_early_sends_nothing_and_is_set_again()
    {
        using var bench = new Bench().Ready();
        var first = bench.AskSale();

        var early = bench.Step(new DeviceInput.Woken(), seconds: 1);
        var wake = Assert.IsType<DeviceEffect.WakeAt>(Assert.Single(early)).Time;
        Assert.True(wake > TimeSpan.FromSeconds(1));

        var inTime = bench.Step(new DeviceInput.Woken(), wake.TotalSeconds);
        Assert.Equal(first, Assert.Single(inTime.OfType<DeviceEffect.Publish>()).Message);
    }

    [Fact]
    public void A_reboot_repeats_the_open_request_and_signs_nothing_new()
    {
        using var bench = new Bench().Ready();
        var first = bench.AskSale();

        bench.Reboot();
        var effects = bench.Step(new DeviceInput.Connected());

        Assert.Equal(first, Assert.Single(effects.OfType<DeviceEffect.Publish>()).Message);
        Assert.Empty(effects.OfType<DeviceEffect.Persist>());
    }

    [Fact]
    public void A_reboot_after_the_final_reply_sends_nothing()
    {
        using var bench = new Bench().Ready();
        bench.Step(new DeviceInput.ReplyArrived(bench.Approve(bench.AskSale())));

        bench.Reboot();

        Assert.Empty(bench.Step(new DeviceInput.Connected()));
    }

    [Fact]
    public void Dispenses_only_after_the_receipt_is_kept_and_the_state_is_written()
    {
        using var bench = new Bench().Ready();

        var effects = bench.Step(new DeviceInput.ReplyArrived(bench.Approve(bench.AskSale(150))));

        var kept = Assert.IsType<DeviceEffect.Keep>(effects[0]).Receipt;
        Assert.Null(Assert.IsType<DeviceEffect.Persist>(effects[1]).State.Open);
        Assert.Equal(150, Assert.IsType<DeviceEffect.Dispense>(effects[2]).AmountMinor);
        Assert.Equal((150, 7, true), (kept.AmountMinor, kept.Lease, kept.Approved));
        Assert.Equal(new LastReceipt(Bench.Edge, 3, 9, 0x0102030405060708), bench.Machine.State.Receipt);
    }

    [Fact]
    public void A_decline_ends_the_request_and_dispenses_nothing()
    {
        using var bench = new Bench().Ready();
        var request = bench.AskSale();

        var effects = bench.Step(new DeviceInput.ReplyArrived(bench.Final(
            request, decision => decision with { Code = DecisionCode.OverFloor, AmountMinor = 0, Lease = 0 })));

        Assert.Empty(effects.OfType<DeviceEffect.Dispense>());
        Assert.Equal(DecisionCode.OverFloor, Assert.Single(effects.OfType<DeviceEffect.Finished>()).Code);
        Assert.True(bench.Machine.Ready);
    }

    [Fact]
    public void The_next_request_names_the_digest_of_the_one_before_and_the_newest_receipt()
    {
        using var bench = new Bench().Ready();
        var first = bench.AskSale();
        bench.Step(new DeviceInput.ReplyArrived(bench.Approve(first)));

        var second = bench.AskSale();

        RequestCodec.TryParse(first, out var before);
        RequestCodec.TryParse(second, out var view);
        Assert.Equal(before.Digest(first).High, view.ToRequest().Previous);
        Assert.Equal(2, view.Sequence);
        Assert.Equal(9, view.ToRequest().LastReceipt!.Value.Round);
    }

    [Fact]
    public void Takes_no_second_wish_while_a_request_is_open()
    {
        using var bench = new Bench().Ready();
        bench.AskSale();

        Assert.IsType<DeviceEffect.Refused>(Assert.Single(bench.Step(new DeviceInput.Asked(Wish.Sale(10)))));
    }

    [Fact]
    public void A_held_sale_is_not_dispensed_and_its_void_refers_to_it()
    {
        using var bench = new Bench().Ready();
        var held = bench.Step(new DeviceInput.Asked(Wish.HeldSale(100)))
            .OfType<DeviceEffect.Publish>().Single().Message;
        var afterHeld = bench.Step(new DeviceInput.ReplyArrived(bench.Approve(held)));

        var asked = bench.Step(new DeviceInput.Asked(Wish.VoidOfHeld));
        var message = asked.OfType<DeviceEffect.Publish>().Single().Message;
        RequestCodec.TryParse(message, out var view);
        bench.Step(new DeviceInput.ReplyArrived(
            bench.Final(message, decision => decision with { Sequence = 2, AmountMinor = 100 })));

        Assert.Empty(afterHeld.OfType<DeviceEffect.Dispense>());
        Assert.Equal((Operation.Void, 1), (view.Operation, view.ToRequest().ReferenceSequence));
        Assert.Null(bench.Machine.State.Held);
    }

    [Fact]
    public void Is_not_ready_before_a_configuration_came()
    {
        using var bench = new Bench();
        bench.Step(new DeviceInput.Connected());

        Assert.IsType<DeviceEffect.Refused>(Assert.Single(bench.Step(new DeviceInput.Asked(Wish.Sale(10)))));
    }

    [Fact]
    public void A_new_epoch_starts_at_sequence_one_and_drops_what_was_open()
    {
        using var bench = new Bench().Ready();
        bench.AskSale();

        bench.Step(new DeviceInput.ConfigArrived(bench.Config(version: 2, epoch: 2)));
        RequestCodec.TryParse(bench.AskSale(), out var view);

        Assert.Equal((2u, 1L, (UInt128)0), (view.Epoch, view.Sequence, view.ToRequest().Previous));
    }
}
