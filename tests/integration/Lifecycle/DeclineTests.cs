using MqttPay.FirmwareSim.Devices;
using MqttPay.IntegrationTests.Gateway;
using MqttPay.Payments;
using Xunit;

namespace MqttPay.IntegrationTests.Lifecycle;

/// <summary>Every code that an edge gives, final or as a hint, over real MQTT.</summary>
[Collection(LifecycleCloud.Name)]
public sealed class DeclineTests(DeclineTests.Fixture fixture) : IClassFixture<DeclineTests.Fixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Code_2_over_floor()
    {
        var street = await fixture.OfflineAsync(Cancel);
        Assert.Equal(DecisionCode.Approved, (await street.Payer.SaleAsync(5_00, Cancel)).Code);
        Assert.Equal(DecisionCode.OverFloor, (await street.Payer.SaleAsync(1, Cancel)).Code);
    }

    [Fact]
    public async Task Code_3_cumulative_limit_of_a_payee()
    {
        var street = fixture.Street;
        street.HealUplink();
        Signer[] payers =
            [await street.PayerAsync(Cancel), await street.PayerAsync(Cancel), await street.PayerAsync(Cancel)];
        street.CutUplink();
        Answer? last = null;
        foreach (var payer in payers)
        {
            last = await payer.SaleAsync(
                4_00, Cancel, request => request with { Payee = street.OtherPayee });
        }

        Assert.Equal(DecisionCode.CumulativeLimit, last!.Code);
    }

    [Fact]
    public async Task Code_4_count_limit()
    {
        var street = await fixture.OfflineAsync(Cancel);
        for (var payment = 0; payment < 6; payment++)
            Assert.Equal(DecisionCode.Approved, (await street.Payer.SaleAsync(10, Cancel)).Code);
        Assert.Equal(DecisionCode.CountLimit, (await street.Payer.SaleAsync(10, Cancel)).Code);
    }

    [Fact]
    public async Task Code_21_a_device_that_floods_is_asked_to_come_later()
    {
        var street = await fixture.OfflineAsync(Cancel);
        Answer? heard = null;
        for (var request = 0; request < 60 && heard?.Hint is not DecisionCode.TempError; request++)
            heard = await street.Payer.TryAsync(street.Payer.Next(Operation.Sale, 1, null), Cancel);
        Assert.Equal(DecisionCode.TempError, heard!.Hint);
    }

    [Fact]
    public async Task Code_6_float_exhausted()
    {
        fixture.Street.HealUplink();
        var stranger = await fixture.Street.PayerAsync(Cancel, fundMinor: 0);
        fixture.Street.CutUplink();
        Assert.Equal(DecisionCode.FloatExhausted, (await stranger.SaleAsync(10, Cancel)).Code);
    }

    [Fact]
    public async Task Codes_7_and_8_revoked_keys_pay_nothing_once_their_edge_has_heard()
    {
        fixture.Street.HealUplink();
        var payer = await fixture.Street.PayerAsync(Cancel);
        Assert.Equal(DecisionCode.Approved, (await payer.SaleAsync(10, Cancel)).Code);
        await fixture.Street.Api.PostAsync($"/v1/devices/{payer.Kid}/revoke", new { }, Cancel);
        Answer? last = null;
        await fixture.Street.UntilAsync(
            async () =>
            {
                last = await payer.SaleAsync(10, Cancel);
                return last.Code is not DecisionCode.Approved;
            },
            "the key is refused", Cancel);
        Assert.True(last!.Code is DecisionCode.DeviceRevoked or DecisionCode.DenyListed, $"{last.Code}");
        await fixture.Street.LedgerHoldsAsync(Cancel);
    }

    [Fact]
    public async Task Code_9_bad_signature()
    {
        var street = await fixture.OfflineAsync(Cancel);
        var sale = street.Payer.Next(Operation.Sale, 10, null);
        var message = RequestBuilder.Sign(sale, street.Payer.Identity.Key).Message;
        message[^1] ^= 1;
        Assert.Equal(DecisionCode.BadSignature, (await street.Payer.SendAsync(sale, message, Cancel)).Hint);
    }

    [Fact]
    public async Task Codes_10_and_7_a_clone_is_caught_and_its_key_denied()
    {
        var street = await fixture.OfflineAsync(Cancel);
        var sale = street.Payer.Next(Operation.Sale, 10, null);
        await street.Payer.SendAsync(sale, Cancel);
        await using var clone = street.Payer.Clone();
        await clone.ConnectAsync(Cancel);
        var other = await clone.SendAsync(sale with { AmountMinor = 99 }, Cancel);
        Assert.Equal(DecisionCode.ReplayConflict, other.Hint);
        Assert.Equal(DecisionCode.DenyListed, (await clone.SaleAsync(10, Cancel)).Code);
    }

    [Fact]
    public async Task Code_11_a_sequence_that_is_past()
    {
        var street = await fixture.OfflineAsync(Cancel);
        await street.Payer.SaleAsync(10, Cancel, request => request with { Sequence = 9 });
        var old = await street.Payer.SaleAsync(10, Cancel, request => request with { Sequence = 8 });
        Assert.Equal(DecisionCode.SequenceStale, old.Hint);
    }

    [Fact]
    public async Task Code_12_what_is_no_request()
    {
        var street = await fixture.OfflineAsync(Cancel);
        var sale = street.Payer.Next(Operation.Sale, 10, null);
        var message = RequestBuilder.Sign(sale, street.Payer.Identity.Key).Message;
        byte[] longer = [.. message, 0];
        Assert.Equal(DecisionCode.Format, (await street.Payer.SendAsync(sale, longer, Cancel)).Hint);
    }

    [Fact]
    public async Task Codes_13_14_and_23_what_the_enrolment_does_not_allow()
    {
        var street = await fixture.OfflineAsync(Cancel);
        Assert.Equal(
            DecisionCode.Currency,
            (await street.Payer.SaleAsync(10, Cancel, request => request with { Currency = 999 })).Code);
        Assert.Equal(
            DecisionCode.UnknownAccount,
            (await street.Payer.SaleAsync(10, Cancel, request => request with { Account = new(77) })).Code);
        var sale = await street.Payer.SaleAsync(10, Cancel);
        Assert.Equal(
            DecisionCode.NotPermitted, (await street.Payer.FinishAsync(Operation.Refund, sale, 10, Cancel)).Code);
        Assert.Equal(
            DecisionCode.NotPermitted,
            (await street.Payer.SaleAsync(10, Cancel, request => request with { Payee = 12 })).Code);
    }

    [Fact]
    public async Task Codes_15_16_and_17_what_a_payee_may_not_do_to_a_hold()
    {
        var street = await fixture.OfflineAsync(Cancel);
        var auth = await street.Payer.AskAsync(Operation.Auth, 1_00, Cancel);
        var never = auth with { Request = auth.Request with { Sequence = 500 } };
        Assert.Equal(
            DecisionCode.ReferenceNotFound, (await street.Shop.FinishAsync(Operation.Capture, never, 1, Cancel)).Code);
        Assert.Equal(
            DecisionCode.CaptureExceeds, (await street.Shop.FinishAsync(Operation.Capture, auth, 1_01, Cancel)).Code);
        await street.Shop.FinishAsync(Operation.Void, auth, 0, Cancel);
        Assert.Equal(
            DecisionCode.HoldClosed, (await street.Shop.FinishAsync(Operation.Capture, auth, 1, Cancel)).Code);
    }

    [Fact]
    public async Task Code_18_a_receipt_of_its_own_future_freezes_the_edge()
    {
        // A street of its own, since a frozen edge serves nobody.
        await using var street = await Street.OpenAsync(fixture.Cloud, fixture.PolicyOf, Cancel);
        var payer = await street.PayerAsync(Cancel);
        await payer.SaleAsync(10, Cancel);
        var kept = Path.Combine(street.Folder.Root, "kept");
        await street.StopAsync();
        Backup.Copy(street.Folder.Edge, kept);
        await street.StartAsync(Cancel);
        await payer.ConnectAsync(Cancel);
        await payer.SaleAsync(10, Cancel);
        street.CutUplink();
        await street.StopAsync();
        Backup.Restore(kept, street.Folder.Edge);
        await street.StartAsync(Cancel);
        await payer.ConnectAsync(Cancel);
        Assert.Equal(DecisionCode.EdgeFrozen, (await payer.SaleAsync(10, Cancel)).Hint);
    }

    [Fact]
    public async Task Code_19_go_online_and_code_20_risk()
    {
        var street = await fixture.OfflineAsync(Cancel, tier: 3);
        Assert.Equal(DecisionCode.GoOnline, (await street.Payer.SaleAsync(10, Cancel)).Code);
        var forked = await street.Payer.SaleAsync(10, Cancel, request => request with { Previous = 5 });
        Assert.Equal(DecisionCode.Risk, forked.Code);
    }

    [Fact]
    public async Task Code_24_a_request_for_another_edge()
    {
        var street = await fixture.OfflineAsync(Cancel);
        var sale = await street.Payer.SaleAsync(10, Cancel, request => request with { Edge = 1 });
        Assert.Equal(DecisionCode.WrongEdge, sale.Hint);
    }

    public sealed class Fixture(SettlementCloud cloud) : StreetFixture(cloud)
    {
        internal override Dictionary<string, object> PolicyOf(Street street) => new()
        {
            ["floor_minor"] = 5_00, ["soft_count"] = 6, ["hard_count"] = 6, ["payee_minor"] = 10_00,
            ["trusted_after"] = 0, ["reverse_seconds"] = 60,
            ["tiers"] = new object[]
            {
                new
                {
                    number = 3, factor_basis_points = 10_000, deny_mask = 0, online_mask = 0x8000,
                    default_mask = 0x8000, wants_attestation = true, wants_score = false,
                },
            },
        };
    }
}
