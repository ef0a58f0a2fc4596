using MqttPay.FirmwareSim.Devices;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>Hostile and broken devices on real sockets: each answer is that of docs/WIRE.md, and money stays.</summary>
[Collection(OneCloud.Name)]
public sealed class BadInputTests(SettlementCloud cloud)
{
    private const long FundMinor = 10_00;
    private const long PaidMinor = 100;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_bad_message_gets_its_answer_and_moves_no_money()
    {
        var site = await cloud.CalmAsync(Cancel);
        var devices = await EnrolAsync(site, BadInput.All.Count + 1, FundMinor);

        var heard = new List<string>();
        foreach (var (input, device) in BadInput.All.Zip(devices))
        {
            using var probe = await WireProbe.OpenAsync(site.Broker.Address, device);
            var awaitReply = input.Answer.Contains("hint", StringComparison.Ordinal)
                || input.Answer.Contains("code", StringComparison.Ordinal);
            heard.Add($"{input.Name}: " + await probe.SendAsync(
                input.TopicFor(device), input.Message(device, site.Number), awaitReply));
        }

        Assert.Equal(BadInput.All.Select(input => $"{input.Name}: {input.Answer}"), heard);
        var honest = await PayAsync(site, devices[^1], sequence: 1);
        await HoldAsync(site, honest, devices[..^1], paidMinor: 0);
    }

    [Fact]
    public async Task A_replay_repeats_the_reply_a_fork_and_an_older_name_get_their_hint()
    {
        var site = await cloud.CalmAsync(Cancel);
        var devices = await EnrolAsync(site, 3, FundMinor);

        var first = await PayAsync(site, devices[0], sequence: 1);
        Assert.Equal(first.Reply, (await PayAsync(site, devices[0], sequence: 1)).Reply);

        await PayAsync(site, devices[1], sequence: 1);
        var fork = HandMade.Sale(devices[1], site.Number, sequence: 1, PaidMinor + 1);
        Assert.Equal("00, hint 10", await AskAsync(site, devices[1], fork));

        var newest = await PayAsync(site, devices[2], sequence: 5);
        var older = HandMade.Sale(devices[2], site.Number, sequence: 4, PaidMinor);
        Assert.Equal("00, hint 11", await AskAsync(site, devices[2], older));
        await HoldAsync(site, newest, devices, PaidMinor);
    }

    /// <summary>The cloud can be asked, and says that the payer has nothing.</summary>
    [Fact]
    public async Task Without_a_lease_and_without_funds_a_sale_is_declined()
    {
        var site = await cloud.CalmAsync(Cancel);
        var poor = (await EnrolAsync(site, 1, fundMinor: 0))[0];

        // The cloud's word, or, when it does not come within the budget, the float's.
        var heard = await AskAsync(site, poor, HandMade.Sale(poor, site.Number, 1, PaidMinor));
        Assert.True(heard is "00, code 1" or "00, code 6", heard);
    }

    [Fact]
    public async Task A_question_for_a_name_that_nobody_used_gets_a_hint()
    {
        var site = await cloud.CalmAsync(Cancel);
        var device = (await EnrolAsync(site, 1, fundMinor: 0))[0];
        var question = HandMade.Signed(device, new()
        {
            Operation = Operation.Status,
            Kid = device.Kid,
            Epoch = 1,
            Edge = site.Number,
            ReferenceSequence = 7,
        });

        Assert.Equal("00, hint 15", await AskAsync(site, device, question));
    }

    private static async Task<DeviceIdentity[]> EnrolAsync(EdgeSite site, int count, long fundMinor)
    {
        var devices = new List<DeviceIdentity>();
        for (var i = 0; i < count; i++)
            devices.Add(await site.EnrolDeviceAsync(
                i % 2 == 0 ? SignatureAlgorithm.Es256 : SignatureAlgorithm.EdDsa, fundMinor, Cancel));
        if (fundMinor > 0) await site.HasLeasesAsync(devices.Select(device => device.Account.ToString()), Cancel);
        await site.UntilAsync(async () =>
        {
            try
            {
                using var probe = await WireProbe.OpenAsync(site.Broker.Address, devices[^1]);
                return true;
            }
            catch (Xunit.Sdk.XunitException)
            {
                return false;   // The edge has no roster yet that names it.
            }
        }, "the edge knows the newest device", Cancel);
        return [.. devices];
    }

    private static async Task<string> AskAsync(EdgeSite site, DeviceIdentity device, byte[] message)
    {
        using var probe = await WireProbe.OpenAsync(site.Broker.Address, device);
        return await probe.SendAsync(Topics.Request(device.Kid), message, awaitReply: true);
    }

    private static async Task<(byte[] Reply, long Round)> PayAsync(
        EdgeSite site, DeviceIdentity device, long sequence)
    {
        using var probe = await WireProbe.OpenAsync(site.Broker.Address, device);
        var sale = HandMade.Sale(device, site.Number, sequence, PaidMinor);
        Assert.Equal("00, code 0", await probe.SendAsync(Topics.Request(device.Kid), sale, awaitReply: true));
        Assert.Equal(WireError.None, ReplyCodec.TryParse(probe.Reply!, out var reply));
        return (probe.Reply!, Assert.IsType<Reply.Final>(reply).Header.Number);
    }

    /// <summary>Once a payment and all before it are booked: what each account lost is what it paid.</summary>
    private async Task HoldAsync(
        EdgeSite site, (byte[] Reply, long Round) newest, IEnumerable<DeviceIdentity> payers, long paidMinor)
    {
        await site.SettledAsync(newest.Round, Cancel);
        foreach (var payer in payers)
        {
            var account = await cloud.Api.GetAsync($"/v1/accounts/{payer.Account}?currency=978", Cancel);
            Assert.Equal(
                FundMinor - paidMinor,
                account.GetProperty("balance_minor").GetInt64() + account.GetProperty("leased_minor").GetInt64());
        }

        Assert.Empty(await cloud.LedgerFaultsAsync(Cancel));
    }
}
