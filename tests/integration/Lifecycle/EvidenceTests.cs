using MqttPay.IntegrationTests.Gateway;
using MqttPay.Payments;
using Xunit;

namespace MqttPay.IntegrationTests.Lifecycle;

/// <summary>
/// Every evidence bit, as a device reads it in its signed receipt. The policy's default mask is empty, so that only an
/// empty lease declines and the bits of approvals can be seen.
/// </summary>
[Collection(LifecycleCloud.Name)]
public sealed class EvidenceTests(EvidenceTests.Fixture fixture) : IClassFixture<EvidenceTests.Fixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_newcomers_first_payment_says_so_and_that_nobody_could_be_asked()
    {
        var street = await fixture.OfflineAsync(Cancel);
        Has(
            await street.Payer.SaleAsync(1_00, Cancel),
            Evidence.NewDevice | Evidence.NewAccountHere | Evidence.RandomPick | Evidence.AskedFailed);
    }

    [Fact]
    public async Task Counts_sums_and_the_floor_are_counted_over_payments_that_the_cloud_has_not_seen()
    {
        var street = await fixture.OfflineAsync(Cancel);
        for (var payment = 0; payment < 3; payment++) await street.Payer.SaleAsync(1_00, Cancel);
        Has(await street.Payer.SaleAsync(1_00, Cancel), Evidence.SoftCount);
        await street.Payer.SaleAsync(1_00, Cancel);
        var large = await street.Payer.SaleAsync(4_00, Cancel);
        Has(large, Evidence.AmountOutlier | Evidence.OverFloor | Evidence.SoftCumulative);
        Has(
            await street.Payer.SaleAsync(8_00, Cancel),
            Evidence.HardCount | Evidence.HardCumulative | Evidence.SiteCap | Evidence.LeaseLow);
        var tooMuch = await street.Payer.SaleAsync(3_01, Cancel);
        Assert.Equal(DecisionCode.Insufficient, tooMuch.Code);
        Has(tooMuch, Evidence.LeaseShort);
    }

    [Fact]
    public async Task Sequences_that_were_left_out_and_clocks_that_are_off_are_facts_and_no_crimes()
    {
        var street = await fixture.OfflineAsync(Cancel);
        var wrong = (uint)DateTimeOffset.UtcNow.AddDays(-3).ToUnixTimeSeconds();
        Has(
            await street.Payer.SaleAsync(10, Cancel, request => request with { DeviceTime = wrong }),
            Evidence.ClockSuspect);
        var gap = await street.Payer.SaleAsync(
            10, Cancel, request => request with { Sequence = request.Sequence + 5 });
        Has(gap, Evidence.SequenceGap);
    }

    [Fact]
    public async Task A_forked_chain_is_declined_as_a_risk()
    {
        var street = await fixture.OfflineAsync(Cancel);
        await street.Payer.SaleAsync(10, Cancel);
        var forked = await street.Payer.SaleAsync(10, Cancel, request => request with { Previous = 77 });
        Assert.Equal(DecisionCode.Risk, forked.Code);
        Has(forked, Evidence.PreviousMismatch);
    }

    [Fact]
    public async Task A_payee_may_want_every_payment_online()
    {
        var street = await fixture.OfflineAsync(Cancel);
        var other = street.Street.OtherPayee;
        Has(
            await street.Payer.SaleAsync(10, Cancel, request => request with { Payee = other }),
            Evidence.PayeeForcedOnline);
    }

    [Fact]
    public async Task A_tier_may_want_attestation_and_a_score()
    {
        var street = await fixture.OfflineAsync(Cancel, tier: 2);
        Has(await street.Payer.SaleAsync(10, Cancel), Evidence.AttestationMissing | Evidence.ScoreMissing);
    }

    [Fact]
    public async Task A_payer_without_a_lease_is_paid_for_by_the_float()
    {
        fixture.Street.HealUplink();
        var stranger = await fixture.Street.PayerAsync(Cancel, fundMinor: 0);
        fixture.Street.CutUplink();
        var sale = await stranger.SaleAsync(40, Cancel);
        Assert.Equal(DecisionCode.Approved, sale.Code);
        Has(sale, Evidence.NoLease);
        fixture.Street.HealUplink();
        Assert.Equal(40, (await fixture.Street.PostedAsync(sale.Id, Cancel)).PaidMinor);
        await fixture.Street.LedgerHoldsAsync(Cancel);
    }

    [Fact]
    public async Task Lease_and_deny_list_grow_stale_while_nobody_hears_of_the_cloud()
    {
        var street = await fixture.OfflineAsync(Cancel);
        var seen = Evidence.None;
        await street.Street.UntilAsync(
            async () =>
            {
                seen |= (await street.Payer.SaleAsync(1, Cancel)).Evidence;
                return seen.HasFlag(Evidence.LeaseStale | Evidence.DenyStale);
            },
            "lease and deny list are stale", Cancel);
    }

    [Fact]
    public async Task A_tier_may_decline_by_lists_that_are_stale()
    {
        var street = await fixture.OfflineAsync(Cancel, tier: 4);
        Answer? last = null;
        await street.Street.UntilAsync(
            async () =>
            {
                last = await street.Payer.SaleAsync(1, Cancel);
                return last.Code is not DecisionCode.Approved;
            },
            "the lists are stale", Cancel);
        Assert.Equal(DecisionCode.LeaseStale, last!.Code);
    }

    [Fact]
    public async Task An_edge_that_started_without_a_link_says_so_until_the_cloud_answers()
    {
        var street = await fixture.OfflineAsync(Cancel);
        await street.Street.RestartAsync(Cancel);
        Has(await street.Payer.SaleAsync(10, Cancel), Evidence.EdgeRestartedOffline);
    }

    [Fact]
    public async Task With_a_link_the_cloud_is_asked_and_the_receipt_says_so()
    {
        var street = await fixture.OfflineAsync(Cancel);
        street.Heal();
        await street.Street.UntilAsync(
            async () => (await street.Payer.SaleAsync(1, Cancel)).Evidence.HasFlag(Evidence.AskedOk),
            "a payment is asked about", Cancel);
    }

    private static void Has(Answer answer, Evidence bits) =>
        Assert.True(answer.Evidence.HasFlag(bits), $"{bits & ~answer.Evidence} is missing in {answer.Evidence}");

    public sealed class Fixture(SettlementCloud cloud) : StreetFixture(cloud)
    {
        protected override long FloatMinor => 50_00;

        internal override Dictionary<string, object> PolicyOf(Street street) => new()
        {
            ["default_mask"] = 0, ["floor_minor"] = 5_00, ["soft_count"] = 3, ["hard_count"] = 6,
            ["soft_cumulative_minor"] = 8_00, ["hard_cumulative_minor"] = 15_00, ["account_day_minor"] = 500_00,
            ["payee_minor"] = 9_00, ["edge_exposure_minor"] = 500_00, ["grace_seconds"] = 0, ["decay_seconds"] = 0,
            ["decay_minimum_basis_points"] = 10_000, ["pick_target_basis_points"] = 10_000,
            ["pick_maximum_basis_points"] = 10_000, ["outlier_basis_points"] = 30_000,
            ["online_payees"] = (uint[])[street.OtherPayee],
            ["tiers"] = new object[]
            {
                new
                {
                    number = 2, factor_basis_points = 10_000, deny_mask = 0, online_mask = 0, default_mask = 0,
                    wants_attestation = true, wants_score = true,
                },
                new { number = 4, online_mask = 0x180, default_mask = 0x180 },
            },
        };
    }
}
