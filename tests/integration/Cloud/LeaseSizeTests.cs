using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Cloud;

/// <summary>How large a lease is, by what its payer has spent at that gateway and has free.</summary>
public sealed class LeaseSizeTests(TestCloud cloud) : IClassFixture<TestCloud>
{
    private const int Known = 100;

    [Fact]
    public async Task A_newcomer_gets_the_smallest_lease_worth_having()
    {
        await PayerAsync(71, "00000000000000f1", fundMinor: 100_00, knownDays: 0);

        Assert.Equal(10_00, await SizeAsync(71, "00000000000000f1"));
    }

    [Fact]
    public async Task A_newcomer_who_spends_more_gets_more()
    {
        const string account = "00000000000000f2";
        await PayerAsync(72, account, fundMinor: 100_00, knownDays: 3);
        await SpendAsync(account, firstDay: 1, lastDay: 3, 9_00);

        Assert.Equal(18_00, await SizeAsync(72, account));
    }

    /// <summary>Today, and what is more than 28 days ago, say nothing; four days of 28 may need more.</summary>
    [Fact]
    public async Task A_known_payer_gets_twice_what_most_of_his_days_need()
    {
        const string account = "00000000000000f3";
        await PayerAsync(73, account, fundMinor: 100_00, Known);
        await SpendAsync(account, firstDay: 0, lastDay: 0, 70_00);
        await SpendAsync(account, firstDay: 1, lastDay: 4, 60_00);
        await SpendAsync(account, firstDay: 9, lastDay: 28, 3_00);
        await SpendAsync(account, firstDay: 29, lastDay: 60, 50_00);

        Assert.Equal(6_00, await SizeAsync(73, account));
    }

    [Fact]
    public async Task What_was_spent_elsewhere_does_not_count()
    {
        const string account = "00000000000000f4";
        await PayerAsync(74, account, fundMinor: 100_00, Known);
        await SpendAsync(account, firstDay: 1, lastDay: 28, 8_00);
        await AddGatewayAsync(75);
        await cloud.AddDeviceAsync(75, account);
        await SetKnownAsync(account, Known);

        Assert.Equal(16_00, await SizeAsync(74, account));
        Assert.Null(await SizeAsync(75, account));
    }

    [Fact]
    public async Task Who_hardly_ever_comes_has_no_lease_waiting_and_gets_what_he_pays()
    {
        const string account = "00000000000000f5";
        await PayerAsync(76, account, fundMinor: 100_00, Known);
        await SpendAsync(account, firstDay: 9, lastDay: 11, 30_00);

        var waiting = await cloud.SyncAsync(76, TestCloud.Ask(TestCloud.Want(1, account, 1)));
        var paying = await cloud.SyncAsync(76, TestCloud.Ask(Payment(2, account, 7_50, Evidence.NoLease)));

        Assert.Equal([(1u, DecisionCode.Approved)], waiting.Refusals);
        Assert.Empty(waiting.Grants);
        Assert.Equal([7_50], Sizes(76, paying));
    }

    [Fact]
    public async Task A_lease_takes_half_of_what_is_free_unless_a_payment_needs_more()
    {
        const string account = "00000000000000f6", hurried = "00000000000000f7";
        await PayerAsync(77, account, fundMinor: 12_00, knownDays: 0);
        await PayerAsync(78, hurried, fundMinor: 12_00, knownDays: 0);

        var paying = await cloud.SyncAsync(78, TestCloud.Ask(Payment(1, hurried, 9_00, Evidence.NoLease)));

        Assert.Equal(6_00, await SizeAsync(77, account));
        Assert.Equal([9_00], Sizes(78, paying));
    }

    /// <summary>The edge may have spent all of a lease of which the cloud has heard nothing yet.</summary>
    [Theory]
    [InlineData(0x81u, 4_00L, 4_00L)]
    [InlineData(0x82u, 10_00L, 10_00L)]
    [InlineData(0x83u, 10_01L, null)]
    public async Task A_payment_is_covered_whatever_the_present_lease_still_has(uint edge, long payment, long? granted)
    {
        var account = $"{0xfa00 + edge:x16}";
        await PayerAsync(edge, account, fundMinor: 20_00, knownDays: 0);
        await SpendAsync(account, firstDay: 1, lastDay: 1, 1_00);
        Assert.Equal(10_00, await SizeAsync(edge, account));

        var answer = await cloud.SyncAsync(
            edge, TestCloud.Ask(Payment(2, account, payment, Evidence.LeaseShort | Evidence.LeaseLow)));

        if (granted is { } least) Assert.InRange(Sizes(edge, answer)[1], least, 10_00);
        else Assert.Equal([(2u, DecisionCode.Insufficient)], answer.Refusals);
    }

    [Fact]
    public async Task A_top_up_is_never_smaller_than_the_lease_it_replaces_unless_its_time_runs_out()
    {
        const string account = "00000000000000f8";
        await PayerAsync(84, account, fundMinor: 20_00, knownDays: 0);
        Assert.Equal(10_00, await SizeAsync(84, account));
        await cloud.SyncAsync(84, TestCloud.Ask(Payment(2, account, 4_00, Evidence.LeaseShort)));   // Leaves 3.00.

        var early = await cloud.SyncAsync(84, TestCloud.Ask(TestCloud.Want(3, account, 1)));
        await cloud.QueryAsync<object>(
            "update lease set granted_at = granted_at - interval '6 d', spend_until = spend_until - interval '6 d' "
            + "where edge_id = 84");
        var late = await cloud.SyncAsync(84, TestCloud.Ask(TestCloud.Want(4, account, 1)));

        Assert.Equal([(3u, DecisionCode.Approved)], early.Refusals);
        Assert.Equal([10_00, 7_00], Sizes(84, early));
        Assert.Equal([10_00, 7_00, 3_00], Sizes(84, late));
    }

    [Theory]
    [InlineData("newcomer_minor", 5_01)]
    [InlineData("newcomer_minor", -1)]
    [InlineData("lease_share_basis_points", 10_001)]
    public async Task Terms_that_contradict_each_other_are_refused(string field, long value)
    {
        var body = new Dictionary<string, object>
        {
            ["edge_id"] = 85, ["public_key"] = "00", ["payee"] = 7, ["currency"] = 978, ["lease_minor"] = 5_00,
            [field] = value,
        };
        using var response = await cloud.PostAsync("/v1/gateways", body);

        Assert.Equal(400, (int)response.StatusCode);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains(field, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_tells_the_terms_of_its_leases()
    {
        using var key = await cloud.AddGatewayAsync(86, leaseMinor: 50_00, newcomerMinor: 4_00, share: 3_000);

        var gateway = await cloud.ReadAsync("/v1/gateways/86");

        Assert.Equal((50_00L, 4_00L, 3_000L), (
            (long)gateway["lease_minor"]!, (long)gateway["newcomer_minor"]!,
            (long)gateway["lease_share_basis_points"]!));
    }

    private static LeaseAsk Payment(uint number, string account, long minor, Evidence why) =>
        TestCloud.Want(number, account, minor) with { Evidence = why };

    private async Task AddGatewayAsync(uint edge)
    {
        using var key = await cloud.AddGatewayAsync(edge, newcomerMinor: 10_00, share: 5_000);
    }

    private async Task PayerAsync(uint edge, string account, long fundMinor, int knownDays)
    {
        await AddGatewayAsync(edge);
        await cloud.AddAccountAsync(account, fundMinor);
        await cloud.AddDeviceAsync(edge, account);
        await SetKnownAsync(account, knownDays);
    }

    private Task<object?> SetKnownAsync(string account, int days) => cloud.QueryAsync<object>(
        $"""
        update device set created_at = now() - interval '{days} d' where account_id =
          (select account_id from account where kind = 1 and owner_no = {Owner(account)})
        """);

    /// <summary>Days are counted back from today, as a batch would have booked them.</summary>
    private Task<object?> SpendAsync(string account, int firstDay, int lastDay, long minor) => cloud.QueryAsync<object>(
        $"""
        insert into edge_spend (edge_id, payer_id, spend_date, spent_minor, payments)
        select (select min(edge_id) from device where account_id = a.account_id), a.account_id,
          (now() at time zone 'utc')::date - day, {minor}, 1
        from account a, generate_series({firstDay}, {lastDay}) day where kind = 1 and owner_no = {Owner(account)}
        """);

    private static long Owner(string account) => unchecked((long)TestCloud.Id(account).Value);

    /// <summary>What the edge gets in the background; null: it goes on without.</summary>
    private async Task<long?> SizeAsync(uint edge, string account)
    {
        var answer = await cloud.SyncAsync(edge, TestCloud.Ask(TestCloud.Want(1, account, 1)));
        return Sizes(edge, answer) is [var size] ? size : null;
    }

    private long[] Sizes(uint edge, SyncAnswer answer) => [.. answer.Grants.Select(message =>
    {
        Assert.Equal(
            WireError.None, GrantCodec.TryParse(cloud.Verified(edge, MessageKind.Grant, message), out var grant));
        return grant!.AmountMinor;
    })];
}
