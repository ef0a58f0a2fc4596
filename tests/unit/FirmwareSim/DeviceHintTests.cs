using MqttPay.FirmwareSim.Devices;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.FirmwareSim;

/// <summary>A hint says what to send next, and never that nothing was taken.</summary>
public sealed class DeviceHintTests
{
    [Theory]
    [InlineData(DecisionCode.EdgeFrozen)]
    [InlineData(DecisionCode.TempError)]
    [InlineData(DecisionCode.Cutoff)]
    public void Sends_the_same_bytes_again_within_the_hinted_time(DecisionCode code)
    {
        using var bench = new Bench().Ready();
        var request = bench.AskSale();

        var effects = bench.Step(Hint(code, retryMs: 500), seconds: 1);
        var wake = Assert.Single(effects.OfType<DeviceEffect.WakeAt>()).Time;
        var later = bench.Step(new DeviceInput.Woken(), seconds: 1.5);

        Assert.InRange(wake.TotalSeconds, 1, 1.5);
        Assert.Equal(request, Assert.Single(later.OfType<DeviceEffect.Publish>()).Message);
    }

    [Fact]
    public void Waits_twice_as_long_at_most_with_every_hint_and_never_over_a_minute()
    {
        using var bench = new Bench().Ready();
        bench.AskSale();
        var longest = 0.0;

        for (var hint = 0; hint < 30; hint++)
        {
            var wake = bench.Step(Hint(DecisionCode.TempError, retryMs: 100)).OfType<DeviceEffect.WakeAt>().Single();
            Assert.InRange(wake.Time.TotalMilliseconds, 0, Math.Min(60_000, 100 * Math.Pow(2, hint)));
            longest = Math.Max(longest, wake.Time.TotalSeconds);
        }

        Assert.InRange(longest, 10, 60);
        Assert.NotNull(bench.Machine.State.Open);
    }

    [Theory]
    [InlineData(1u, 2L)]
    [InlineData(2u, 1L)]
    [InlineData(1u, 0L)]
    public void A_hint_for_another_name_is_ignored(uint epoch, long sequence)
    {
        using var bench = new Bench().Ready();
        bench.AskSale();

        var effects = bench.Step(
            new DeviceInput.ReplyArrived(ReplyCodec.EncodeHint(epoch, sequence, DecisionCode.ReplayConflict, 0)));

        Assert.Equal(new DeviceEffect.Ignored(ReplyProblem.WrongName), Assert.Single(effects));
        Assert.False(bench.Machine.State.Stopped);
    }

    [Fact]
    public void A_conflict_stops_the_device_until_a_new_epoch()
    {
        using var bench = new Bench().Ready();
        bench.AskSale();

        bench.Step(Hint(DecisionCode.ReplayConflict));
        var awake = bench.Step(new DeviceInput.Woken(), seconds: 100);
        bench.Reboot();
        var rebooted = bench.Step(new DeviceInput.Connected());
        bench.Step(new DeviceInput.ConfigArrived(bench.Config(version: 2, epoch: 2)));

        Assert.Empty(awake);
        Assert.Empty(rebooted);
        Assert.True(bench.Machine.Ready);
    }

    [Fact]
    public void A_stale_sequence_asks_for_the_status_and_takes_the_stored_reply()
    {
        using var bench = new Bench().Ready();
        var request = bench.AskSale();

        var status = Assert.Single(bench.Step(Hint(DecisionCode.SequenceStale)).OfType<DeviceEffect.Publish>()).Message;
        RequestCodec.TryParse(status, out var view);
        var effects = bench.Step(new DeviceInput.ReplyArrived(bench.Approve(request)));

        Assert.Equal((Operation.Status, 1L), (view.Operation, view.HintSequence));
        Assert.Contains(effects, effect => effect is DeviceEffect.Dispense);
    }

    [Theory]
    [InlineData(DecisionCode.BadSignature)]
    [InlineData(DecisionCode.Format)]
    public void Gives_up_a_name_that_can_never_be_decided_and_goes_on_with_the_next(DecisionCode code)
    {
        using var bench = new Bench().Ready();
        bench.AskSale();

        var effects = bench.Step(Hint(code));
        RequestCodec.TryParse(bench.AskSale(), out var next);

        Assert.Null(Assert.Single(effects.OfType<DeviceEffect.Finished>()).Code);
        Assert.Equal(2, next.Sequence);
    }

    [Fact]
    public void A_wrong_edge_keeps_the_name_open_and_waits_for_the_right_configuration()
    {
        using var bench = new Bench().Ready();
        var request = bench.AskSale();

        var wake = bench.Step(Hint(DecisionCode.WrongEdge)).OfType<DeviceEffect.WakeAt>().Single().Time;
        var later = bench.Step(new DeviceInput.Woken(), wake.TotalSeconds);

        Assert.Equal(request, Assert.Single(later.OfType<DeviceEffect.Publish>()).Message);
    }

    [Fact]
    public void No_stored_reply_after_a_stale_sequence_gives_the_name_up()
    {
        using var bench = new Bench().Ready();
        bench.AskSale();
        var tooEarly = bench.Step(Hint(DecisionCode.ReferenceNotFound));

        bench.Step(Hint(DecisionCode.SequenceStale));
        var effects = bench.Step(Hint(DecisionCode.ReferenceNotFound));

        Assert.Empty(tooEarly.OfType<DeviceEffect.Finished>());
        Assert.Null(Assert.Single(effects.OfType<DeviceEffect.Finished>()).Code);
    }

    private static DeviceInput.ReplyArrived Hint(DecisionCode code, uint retryMs = 0) =>
        new(ReplyCodec.EncodeHint(1, 1, code, retryMs));
}
