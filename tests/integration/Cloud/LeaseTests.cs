using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Cloud;

public sealed class LeaseTests(TestCloud cloud) : IClassFixture<TestCloud>
{
    [Fact]
    public async Task Grants_all_that_is_available_but_no_top_up_below_the_present_lease()
    {
        const string account = "00000000000000b1";
        await cloud.AddAccountAsync(account, fundMinor: 90_00, creditMinor: 10_00);
        await cloud.AddGatewayAsync(21, leaseMinor: 60_00);
        await cloud.AddDeviceAsync(21, account);

        var first = await cloud.SyncAsync(21, TestCloud.Ask(TestCloud.Want(1, account, 500_00)));
        var topUp = await cloud.SyncAsync(21, TestCloud.Ask(TestCloud.Want(2, account, 60_00)));
        var waits = TestCloud.Want(3, account, 40_00) with { Evidence = Evidence.LeaseShort };
        var needed = await cloud.SyncAsync(21, TestCloud.Ask(waits));
        var empty = await cloud.SyncAsync(21, TestCloud.Ask(waits with { Number = 4, WantedMinor = 1 }));

        Assert.Equal([60_00], first.Grants.Select(g => Read(21, g).AmountMinor));
        Assert.Equal([(2u, DecisionCode.Approved)], topUp.Refusals);   // 40.00 are less than the present 60.00.
        Assert.Equal([60_00], topUp.Grants.Select(g => Read(21, g).AmountMinor));
        Assert.Equal([60_00, 40_00], needed.Grants.Select(g => Read(21, g).AmountMinor));
        Assert.Equal([(4u, DecisionCode.Insufficient)], empty.Refusals);
        Assert.Equal(-10_00, (long)(await cloud.ReadAsync($"/v1/accounts/{account}"))["balance_minor"]!);
        await AssertBooksAsync();
    }

    [Fact]
    public async Task Two_gateways_asking_at_once_never_get_more_than_is_available()
    {
        const string account = "00000000000000b2";
        await cloud.AddAccountAsync(account, fundMinor: 100_00);
        foreach (var edge in (uint[])[22, 23])
        {
            await cloud.AddGatewayAsync(edge, leaseMinor: 7_00);
            await cloud.AddDeviceAsync(edge, account);
        }

        var asks = Enumerable.Range(1, 12).SelectMany(n => new[] { (22u, (uint)n), (23u, (uint)n) });
        var answers = await Task.WhenAll(asks.Select(async ask =>
            (ask, await cloud.SyncAsync(ask.Item1, TestCloud.Ask(
                TestCloud.Want(ask.Item2, account, 1_00) with { Evidence = Evidence.LeaseShort })))));

        var refused = answers.Sum(a => a.Item2.Refusals.Count(r => r.Code is DecisionCode.Insufficient));
        var busy = answers.Sum(a => a.Item2.Refusals.Count(r => r.Code is DecisionCode.TempError));
        var left = await cloud.SyncAsync(22, TestCloud.Ask());
        var right = await cloud.SyncAsync(23, TestCloud.Ask());
        var grants = left.Grants.Select(g => Read(22, g)).Concat(right.Grants.Select(g => Read(23, g))).ToList();
        Assert.Equal(24, grants.Count + refused + busy);
        Assert.True(grants.Sum(g => g.AmountMinor) <= 100_00);
        if (busy == 0) Assert.Equal(100_00, grants.Sum(g => g.AmountMinor));
        await AssertBooksAsync();
    }

    [Fact]
    public async Task A_repeated_ask_gets_the_same_grant_and_moves_money_once()
    {
        const string account = "00000000000000b3";
        await cloud.AddAccountAsync(account, fundMinor: 100_00);
        await cloud.AddGatewayAsync(24, leaseMinor: 30_00);
        await cloud.AddDeviceAsync(24, account);
        var ask = TestCloud.Ask(TestCloud.Want(1, account, 30_00));

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => cloud.SyncAsync(24, ask)));

        Assert.All(answers, a => Assert.Equal(answers[0].Grants.Single(), a.Grants.Single()));
        Assert.All(answers, a => Assert.Empty(a.Refusals));
        Assert.Equal(70_00, (long)(await cloud.ReadAsync($"/v1/accounts/{account}"))["available_minor"]!);
        await AssertBooksAsync();
    }

    [Fact]
    public async Task A_gateway_gets_no_lease_on_an_account_without_a_device_there()
    {
        const string account = "00000000000000b4";
        await cloud.AddAccountAsync(account, fundMinor: 100_00);
        await cloud.AddGatewayAsync(25);

        var answer = await cloud.SyncAsync(25, TestCloud.Ask(TestCloud.Want(1, account, 10_00)));

        Assert.Equal([(1u, DecisionCode.UnknownAccount)], answer.Refusals);
        Assert.Empty(answer.Grants);
    }

    [Fact]
    public async Task The_float_is_a_lease_on_the_operators_money()
    {
        await cloud.AddGatewayAsync(26, floatMinor: 50_00);

        var first = await cloud.SyncAsync(26, TestCloud.Ask(TestCloud.Want(1, null, 80_00)));
        var second = await cloud.SyncAsync(
            26, TestCloud.Ask(TestCloud.Want(2, null, 1) with { Evidence = Evidence.NoLease }));

        var grant = Read(26, first.Grants.Single());
        Assert.Equal((50_00, null), (grant.AmountMinor, grant.Account));
        Assert.Equal([(2u, DecisionCode.FloatExhausted)], second.Refusals);
        await AssertBooksAsync();
    }

    [Fact]
    public async Task A_frozen_gateway_and_an_old_fence_get_nothing()
    {
        const string account = "00000000000000b5";
        await cloud.AddAccountAsync(account, fundMinor: 100_00);
        await cloud.AddGatewayAsync(27);
        await cloud.AddDeviceAsync(27, account);
        var ask = TestCloud.Want(1, account, 10_00);

        var oldFence = await cloud.SyncAsync(27, TestCloud.Ask(ask with { Fence = 2 }));
        await cloud.QueryAsync<object>("update edge set state = 2 where edge_id = 27");
        var frozen = await cloud.SyncAsync(27, TestCloud.Ask(ask));

        Assert.Equal([(1u, DecisionCode.EdgeFrozen)], oldFence.Refusals);
        Assert.Equal([(1u, DecisionCode.EdgeFrozen)], frozen.Refusals);
    }

    [Fact]
    public async Task An_ask_that_wants_no_money_is_told_to_go_on_unless_the_key_is_denied()
    {
        const string account = "00000000000000b6";
        await cloud.AddAccountAsync(account, fundMinor: 100_00);
        await cloud.AddGatewayAsync(28);
        var (key, _) = await cloud.AddDeviceAsync(28, account);
        var ask = TestCloud.Want(1, account, 3_50) with { Evidence = Evidence.OverFloor | Evidence.RandomPick };

        var good = await cloud.SyncAsync(28, TestCloud.Ask(ask));
        await cloud.MakeAsync($"/v1/devices/{key.Public.Id}/revoke", new { });
        var denied = await cloud.SyncAsync(28, TestCloud.Ask(ask with { Number = 2 }));
        var money = await cloud.SyncAsync(28, TestCloud.Ask(TestCloud.Want(3, account, 3_50)));

        Assert.Equal([(1u, DecisionCode.Approved)], good.Refusals);
        Assert.Equal([(2u, DecisionCode.DenyListed)], denied.Refusals);
        Assert.NotNull(denied.DenyList);
        Assert.Equal([(3u, DecisionCode.DenyListed)], money.Refusals);
        Assert.Empty(money.Grants);
        Assert.Equal(100_00, (long)(await cloud.ReadAsync($"/v1/accounts/{account}"))["balance_minor"]!);
    }

    private Grant Read(uint edge, byte[] message)
    {
        var payload = cloud.Verified(edge, MessageKind.Grant, message);
        Assert.Equal(WireError.None, GrantCodec.TryParse(payload, out var grant));
        Assert.Equal(edge, grant!.Edge);
        return grant;
    }

    /// <summary>Every currency sums to zero, every balance is its legs, every lease was funded in full.</summary>
    private async Task AssertBooksAsync()
    {
        Assert.Equal(0, await cloud.QueryAsync<long>(
            "select count(*) from (select 1 from account group by currency having sum(balance_minor) <> 0) x"));
        Assert.Equal(0, await cloud.QueryAsync<long>(
            """
            select count(*) from account a
            left join (select account_id, sum(amount_minor) v, count(*) n from leg group by 1) l using (account_id)
            where a.balance_minor <> coalesce(v, 0) or a.entry_count <> coalesce(n, 0)
            """));
        Assert.Equal(0, await cloud.QueryAsync<long>(
            """
            select count(*) from lease l left join transfer t on t.kind = 2 and t.cause_id = l.lease_id
            where (t.amount_minor, t.debit_id, t.credit_id) is distinct from (l.limit_minor, l.payer_id, l.lease_id)
            """));
    }
}
