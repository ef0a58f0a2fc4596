using MqttPay.Payments;
using MqttPay.Rounds;
using Xunit;

namespace MqttPay.UnitTests.Core.Rounds;

public sealed class LeaseWantsTests
{
    private static readonly Purse Float = new(null, 978);
    private static readonly Purse Alice = new(new AccountId(71), 978);
    private static readonly Purse Bob = new(new AccountId(72), 978);

    [Theory]
    [InlineData(12 * 3600, 12 * 3600 - 1, false)]
    [InlineData(12 * 3600, 12 * 3600, true)]
    [InlineData(0, 599, false)]
    [InlineData(0, 600, true)]
    public void A_lease_is_old_from_the_policys_grace_on(int graceSeconds, long elapsedSeconds, bool isOld)
    {
        var policy = EdgeBench.Rules with { GraceSeconds = (uint)graceSeconds };
        var lease = new Lease(901, new AccountId(71), 978, 20_00, 1_000, 604_800);

        Assert.Equal(isOld, LeaseWants.IsOld(lease, policy, 1_000 + elapsedSeconds));
        Assert.False(LeaseWants.IsOld(lease with { Account = null }, policy, 1_000 + elapsedSeconds));
    }

    [Fact]
    public void A_lease_that_is_full_and_has_time_left_is_asked_for_again_when_it_is_old()
    {
        var bench = EdgeBench.Ready(policy: EdgeBench.Rules with { GraceSeconds = 3_600 });
        Assert.Equal([Float], LeaseWants.Of(bench.Book, bench.Machine.Roster));

        bench.Now = new(3_600, 1_790_003_600);
        bench.Decide(bench.Next(EdgeBench.Alice));
        bench.Sync();

        Assert.Equal([Float, Alice, Bob], LeaseWants.Of(bench.Book, bench.Machine.Roster));
    }
}
