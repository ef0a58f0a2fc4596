using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;
using Xunit;
using static MqttPay.UnitTests.Core.Rounds.EdgeBench;

namespace MqttPay.UnitTests.Core.Rounds;

/// <summary>Leases whose time is over, and payers who have none: what the float pays, and what it does not.</summary>
public sealed class LeaseEndTests
{
    [Fact]
    public void A_lease_whose_time_is_over_is_stopped_and_closed_by_its_edge_also_when_nobody_pays()
    {
        var bench = Ready();
        bench.Wait(86_399);
        Assert.DoesNotContain(bench.Events, told => told is RoundEvent.LeaseStop);

        bench.Wait(1);

        Assert.Contains(new RoundEvent.LeaseStop(901, (int)LeaseStopReason.Time), bench.Events);
        Assert.Contains(new RoundEvent.LeaseClose(901, 0, 20_00), bench.Events);
        Assert.Equal(DecisionCode.LeaseStale, bench.Decide(bench.Next(Alice)).Code);
    }

    [Fact]
    public void The_float_pays_for_a_payer_without_a_lease_within_his_floor()
    {
        var bench = WithFloat();
        var first = bench.Decide(bench.Next(Alice, request => request with { AmountMinor = 15_00 }));
        Assert.Equal((DecisionCode.Approved, 970L), (first.Code, first.Lease));
        Assert.True(first.Evidence.HasFlag(Evidence.NoLease));

        var second = bench.Decide(bench.Next(Alice, request => request with { AmountMinor = 5_01 }));
        Assert.Equal(DecisionCode.OverFloor, second.Code);
    }

    [Fact]
    public void The_float_does_not_pay_for_somebody_of_whom_the_cloud_says_that_he_has_nothing()
    {
        var bench = WithFloat();
        bench.Do(new Input.LinkChanged(true));
        var sale = bench.Next(Alice);
        var ask = Assert.IsType<Effect.Ask>(Assert.Single(bench.Send(sale)));
        bench.Do(new Input.AskAnswered(ask.Parked, DecisionCode.Insufficient));
        var reply = Assert.Single(bench.Sync().OfType<Effect.Reply>());
        Assert.Equal(
            WireError.None,
            DecisionCodec.TryParse(((Leaf.Decided)reply.Round.Leaves[reply.Leaf]).Decision, out var decision));
        Assert.Equal(DecisionCode.Insufficient, decision!.Code);
    }

    /// <summary>An edge whose payers have no leases any more, and a float of 50.00.</summary>
    private static EdgeBench WithFloat()
    {
        var bench = Ready();
        bench.Do(new Input.LeaseRecalled(901), new Input.LeaseRecalled(902));
        var grant = new Grant(970, Edge, 1, null, 978, 50_00, 1_790_000_000, 86_400, 17, null);
        bench.Do(new Input.Granted(grant, Signed(GrantCodec.Encode(grant)), 0));
        bench.Sync();
        return bench;
    }
}
