using MqttPay.Payments;
using Xunit;

namespace MqttPay.UnitTests.Core.Payments;

public sealed class DeviceChainTests
{
    private static readonly Hash Newest = Hash.Of("newest"u8);
    private static readonly DeviceChain Chain = new(Epoch: 2, LastSequence: 41, Newest);

    private static readonly PaymentRequest Request = new()
    {
        Operation = Operation.Sale,
        Kid = new(1),
        Epoch = 2,
        Sequence = 42,
        Edge = 1,
        Previous = Newest.High,
    };

    [Theory]
    [InlineData(42, SequenceStep.Next)]
    [InlineData(43, SequenceStep.Gap)]
    [InlineData(41, SequenceStep.Stale)]
    [InlineData(41 + DeviceChain.GapMax, SequenceStep.Gap)]
    [InlineData(42 + DeviceChain.GapMax, SequenceStep.Stale)]
    public void A_sequence_is_next_ahead_or_stale(long sequence, SequenceStep expected) =>
        Assert.Equal(expected, Chain.Place(Request with { Sequence = sequence }, enrolledEpoch: 2));

    [Fact]
    public void The_next_sequence_with_another_previous_digest_is_a_fork() =>
        Assert.Equal(SequenceStep.Fork, Chain.Place(Request with { Previous = 1 }, 2));

    [Fact]
    public void A_first_request_has_a_previous_digest_of_zeros()
    {
        Assert.Equal(SequenceStep.Next, default(DeviceChain).Place(Request with { Sequence = 1, Previous = 0 }, 2));
        Assert.Equal(SequenceStep.Fork, default(DeviceChain).Place(Request with { Sequence = 1, Previous = 1 }, 2));
    }

    [Fact]
    public void An_older_epoch_is_stale_and_a_newer_one_means_that_the_record_is_old()
    {
        Assert.Equal(SequenceStep.Stale, Chain.Place(Request with { Epoch = 1, Sequence = 99 }, 2));
        Assert.Equal(SequenceStep.RecordTooOld, Chain.Place(Request with { Epoch = 3, Sequence = 1 }, 2));
    }

    [Fact]
    public void A_reinstated_device_starts_again_from_one_in_its_new_epoch() =>
        Assert.Equal(SequenceStep.Next, Chain.Place(Request with { Epoch = 3, Sequence = 1, Previous = 0 }, 3));
}
