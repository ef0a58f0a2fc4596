using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;
using Xunit;
using static MqttPay.UnitTests.Core.Rounds.EdgeBench;

namespace MqttPay.UnitTests.Core.Rounds;

/// <summary>Going online inside a payment: parked, answered, refused, too late.</summary>
public sealed class AskTests
{
    private static readonly Policy Trusting = Rules with { TrustedAfter = 0 };

    [Fact]
    public void A_request_that_a_rule_sends_online_waits_for_the_answer_and_is_decided_by_what_was_granted()
    {
        var bench = Online();
        var sale = bench.Next(Alice, request => request with { AmountMinor = 19_00 });
        var ask = Assert.IsType<Effect.Ask>(Assert.Single(bench.Send(sale)));
        Assert.Equal((new Purse(new AccountId(71), 978), 19_00L), (ask.Purse, ask.AmountMinor));

        bench.Do(GrantOf(950, 71, 40_00), new Input.AskAnswered(ask.Parked, DecisionCode.Approved));

        var decision = Replied(bench, sale);
        Assert.Equal((DecisionCode.Approved, 950L), (decision.Code, decision.Lease));
        Assert.True(decision.Evidence.HasFlag(Evidence.AskedOk));
    }

    [Fact]
    public void An_answer_that_never_comes_leaves_the_default_mask_to_decide()
    {
        var bench = Online();
        var sale = bench.Next(Alice, request => request with { AmountMinor = 19_00 });   // Low, but it is there.
        var ask = Assert.IsType<Effect.Ask>(Assert.Single(bench.Send(sale)));
        bench.Do(new Input.AskFailed(ask.Parked));
        var decision = Replied(bench, sale);
        Assert.Equal(DecisionCode.Approved, decision.Code);
        Assert.True(decision.Evidence.HasFlag(Evidence.AskedFailed | Evidence.LeaseLow));
    }

    [Theory]
    [InlineData(DecisionCode.DenyListed, DecisionCode.DenyListed)]
    [InlineData(DecisionCode.Risk, DecisionCode.Risk)]
    [InlineData(DecisionCode.Insufficient, DecisionCode.Approved)]   // The lease still has what is asked.
    public void The_clouds_refusal_is_final_but_no_more_funds_are_no_refusal(DecisionCode answer, DecisionCode code)
    {
        var bench = Online();
        var sale = bench.Next(Alice, request => request with { AmountMinor = 19_00 });
        var ask = Assert.IsType<Effect.Ask>(Assert.Single(bench.Send(sale)));
        bench.Do(new Input.AskAnswered(ask.Parked, answer));
        Assert.Equal(code, Replied(bench, sale).Code);
    }

    [Fact]
    public void A_reverse_never_overtakes_the_parked_request_that_it_undoes()
    {
        var bench = Online();
        var sale = bench.Next(Alice, request => request with { AmountMinor = 19_00 });
        var ask = Assert.IsType<Effect.Ask>(Assert.Single(bench.Send(sale)));
        var reverse = bench.Own(Alice, Operation.Reverse, sale);
        Assert.Empty(bench.Send(reverse));

        bench.Do(new Input.AskFailed(ask.Parked));

        Assert.Equal(DecisionCode.Approved, Replied(bench, sale).Code);
        Assert.Equal(20_00, bench.Remaining(901));
    }

    [Fact]
    public void No_more_requests_wait_than_may()
    {
        var bench = Online();
        var waiting = bench.Next(Alice, request => request with { AmountMinor = 19_00 });
        bench.Send(waiting);
        for (var next = 0; next < EdgeSettings.BehindMax; next++) Assert.Empty(bench.Send(waiting));
        Assert.Contains(bench.Send(waiting), effect => effect is Effect.Hint { Code: DecisionCode.TempError });
        Assert.Equal(1, bench.Machine.Parked);
    }

    [Fact]
    public void An_edge_that_froze_meanwhile_decides_nothing()
    {
        var bench = Online();
        var sale = bench.Next(Alice, request => request with { AmountMinor = 19_00 });
        var ask = Assert.IsType<Effect.Ask>(Assert.Single(bench.Send(sale)));
        bench.Do(new Input.HistoryLost(FreezeCause.Rollback));
        Assert.Contains(
            bench.Do(new Input.AskAnswered(ask.Parked, DecisionCode.Approved)),
            effect => effect is Effect.Hint { Code: DecisionCode.EdgeFrozen });
    }

    [Fact]
    public void A_part_is_approved_when_the_device_allows_it_and_the_cloud_has_no_more()
    {
        var bench = Online();
        var sale = bench.Next(Alice, request => request with { AmountMinor = 25_00, Flags = RequestFlags.PartialOk });
        var ask = Assert.IsType<Effect.Ask>(Assert.Single(bench.Send(sale)));
        bench.Do(new Input.AskAnswered(ask.Parked, DecisionCode.Insufficient));
        var decision = Replied(bench, sale);
        Assert.Equal((DecisionCode.Approved, 20_00L), (decision.Code, decision.AmountMinor));
        Assert.Equal(0, bench.Remaining(901));
    }

    private static EdgeBench Online()
    {
        var bench = Ready(policy: Trusting);
        bench.Do(new Input.Contacted(), new Input.LinkChanged(true));
        bench.Sync();
        return bench;
    }

    private static Decision Replied(EdgeBench bench, PaymentRequest request)
    {
        var reply = bench.Sync().OfType<Effect.Reply>().Single(each => each.Request.Request.Name == request.Name);
        Assert.Equal(
            WireError.None,
            DecisionCodec.TryParse(((Leaf.Decided)reply.Round.Leaves[reply.Leaf]).Decision, out var decision));
        return decision!;
    }
}
