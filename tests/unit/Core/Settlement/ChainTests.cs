using MqttPay.Payments;
using MqttPay.Settlement;
using Xunit;

namespace MqttPay.UnitTests.Core.Settlement;

public sealed class ChainTests
{
    private static readonly Hash[] Roots = [.. Enumerable.Range(0, 10).Select(number => Hash.Of([(byte)number]))];

    private static readonly ChainHead Head = new(4, Roots[3]);

    [Fact]
    public void A_run_that_follows_the_head_is_appended() =>
        Assert.Equal(new ChainStep.Append(), Chain.Place(Head, Run(4, 6), null));

    [Fact]
    public void A_run_that_follows_another_head_is_a_fork() =>
        Assert.Equal(new ChainStep.Fork(), Chain.Place(Head, Run(4, 6) with { Previous = Roots[9] }, null));

    [Fact]
    public void A_run_after_a_missing_round_is_a_gap() =>
        Assert.Equal(new ChainStep.Gap(), Chain.Place(Head, Run(5, 6), null));

    [Fact]
    public void A_run_that_ends_at_the_head_is_known() =>
        Assert.Equal(new ChainStep.Known(), Chain.Place(Head, Run(2, 3), null));

    [Fact]
    public void A_run_that_ends_before_the_head_is_known_by_the_root_that_is_held()
    {
        Assert.Equal(new ChainStep.Known(), Chain.Place(Head, Run(1, 2), Roots[2]));
        Assert.Equal(new ChainStep.Fork(), Chain.Place(Head, Run(1, 2), Roots[9]));
        Assert.Equal(new ChainStep.Fork(), Chain.Place(Head, Run(1, 2), null));
    }

    [Fact]
    public void A_run_across_the_head_overlaps_if_it_has_the_head_in_it()
    {
        Assert.Equal(new ChainStep.Overlap(4), Chain.Place(Head, Run(2, 6), null));
        Assert.Equal(new ChainStep.Fork(), Chain.Place(Head, Run(2, 6) with { Roots = Roots[3..8] }, null));
    }

    private static ChainRun Run(int first, int last) => new(first, Roots[first - 1], Roots[first..(last + 1)]);
}
