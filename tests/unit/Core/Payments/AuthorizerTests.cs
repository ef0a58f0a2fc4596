using MqttPay.Payments;
using Xunit;
using static MqttPay.Payments.DecisionCode;

namespace MqttPay.UnitTests.Core.Payments;

public sealed class AuthorizerTests
{
    private const long Hour = 3600;

    private static readonly PaymentRequest Coffee = new()
    {
        Operation = Operation.Sale,
        Kid = new(0xde38ab3664ae5397),
        Epoch = 1,
        Sequence = 1042,
        Edge = 40213,
        AmountMinor = 3_50,
        Currency = 978,
    };

    private static readonly Lease Fifty = new(90210, new AccountId(7), 978, 50_00, 0, 90 * 24 * 3600);

    /// <summary>A fresh lease of 50.00, nothing spent, nothing unacknowledged.</summary>
    private static readonly Standing Fresh = new()
    {
        Policy = new() { Version = 17, Currency = 978 },
        Lease = Fifty,
        ElapsedSeconds = 0,
        DenyAgeSeconds = 0,
        DeviceSettled = 3,
        AccountEver = new(3, 24_00),
    };

    /// <summary>
    /// The worked example of the protocol: 26.00 left, three payments unacknowledged, lists getting old.
    /// </summary>
    private static readonly Standing Worked = Fresh with
    {
        Lease = Fifty.Spend(24_00),
        ElapsedSeconds = 20 * Hour,
        DenyAgeSeconds = 11 * Hour,
        Device = new(3, 24_00),
        Account = new(3, 24_00),
        AccountHourMinor = 6_00,
        AccountDayMinor = 24_00,
    };

    [Fact]
    public void Approves_a_coffee_out_of_a_fresh_lease() =>
        Assert.Equal(new Verdict(Approved, Evidence.None, Coffee.AmountMinor), Decide(Coffee, Fresh));

    [Fact]
    public void Declines_the_worked_example_of_12_50_over_the_shrunken_floor() =>
        Assert.Equal(new Verdict(OverFloor, (Evidence)0x020000A9), Decide(Coffee with { AmountMinor = 12_50 }, Worked));

    [Fact]
    public void Approves_the_worked_example_of_11_50() =>
        Assert.Equal(
            new Verdict(Approved, (Evidence)0x020000A0, 11_50), Decide(Coffee with { AmountMinor = 11_50 }, Worked));

    [Theory]
    [InlineData(46_50, Approved)]
    [InlineData(46_51, Insufficient)]
    public void Approves_to_the_last_minor_unit_of_the_lease_and_not_one_more(long spentMinor, DecisionCode expected) =>
        Assert.Equal(expected, Decide(Coffee, Fresh with { Lease = Fifty.Spend(spentMinor) }).Code);

    [Theory]
    [InlineData(16_50, Approved)]
    [InlineData(16_51, OverFloor)]
    public void The_floor_is_a_sum_so_splitting_is_no_use(long hourMinor, DecisionCode expected) =>
        Assert.Equal(expected, Decide(Coffee, Fresh with { AccountHourMinor = hourMinor }).Code);

    [Theory]
    [InlineData(19, Approved)]
    [InlineData(20, CountLimit)]
    public void The_hard_count_stops_at_its_limit(int count, DecisionCode expected) =>
        Assert.Equal(expected, Decide(Coffee, Fresh with { Device = new(count, 1) }).Code);

    [Theory]
    [InlineData(96_50, Approved)]
    [InlineData(96_51, CumulativeLimit)]
    public void The_hard_sum_stops_at_its_limit(long sumMinor, DecisionCode expected) =>
        Assert.Equal(expected, Decide(Coffee, Fresh with { Account = new(1, sumMinor) }).Code);

    [Theory]
    [InlineData(146_50, Approved)]
    [InlineData(146_51, CumulativeLimit)]
    public void An_account_has_a_sum_for_a_day(long dayMinor, DecisionCode expected) =>
        Assert.Equal(expected, Decide(Coffee, Fresh with { AccountDayMinor = dayMinor }).Code);

    [Theory]
    [InlineData(4_996_50, Approved)]
    [InlineData(4_996_51, CumulativeLimit)]
    public void The_edge_has_an_exposure_cap(long exposureMinor, DecisionCode expected) =>
        Assert.Equal(expected, Decide(Coffee, Fresh with { EdgeExposureMinor = exposureMinor }).Code);

    [Fact]
    public void Soft_limits_want_to_go_online_and_approve_when_nobody_can_be_asked()
    {
        var soft = Fresh with { Device = new(5, 40_00) };

        Assert.True(Authorizer.Decide(Coffee, soft, Cloud.NotAsked).AskCloud);
        var verdict = Decide(Coffee, soft);
        Assert.Equal(Approved, verdict.Code);
        Assert.Equal(Evidence.SoftCount | Evidence.SoftCumulative | Evidence.AskedFailed, verdict.Evidence);
    }

    [Fact]
    public void A_forked_device_chain_is_denied_before_anything_else() =>
        Assert.Equal(Risk, Decide(Coffee with { AmountMinor = 99_00 }, Fresh with { PreviousMismatch = true }).Code);

    [Fact]
    public void Without_a_lease_or_float_the_float_is_exhausted() =>
        Assert.Equal(FloatExhausted, Decide(Coffee, Fresh with { Lease = null }).Code);

    [Fact]
    public void A_float_pays_for_a_payer_without_a_lease()
    {
        var verdict = Decide(Coffee, Fresh with { Lease = Fifty with { Account = null } });
        Assert.Equal(Approved, verdict.Code);
        Assert.True(verdict.Evidence.HasFlag(Evidence.NoLease));
    }

    [Fact]
    public void A_lease_whose_time_is_up_pays_nothing() =>
        Assert.Equal(
            LeaseStale, Decide(
            Coffee, Fresh with { Lease = Fifty with { SpendSeconds = 3600 }, ElapsedSeconds = 3600 }).Code);

    [Theory]
    [InlineData(3_584, false)]
    [InlineData(3_585, true)]
    public void Spending_time_stops_early_by_its_guard_and_drift(long elapsed, bool up) =>
        Assert.Equal(up, (Fifty with { SpendSeconds = 3_600 }).TimeIsUp(elapsed));

    [Fact]
    public void A_policy_that_forbids_nothing_still_cannot_overspend_a_lease()
    {
        var lax = Fresh with { Policy = Fresh.Policy with { Masks = default }, Lease = Fifty.Spend(50_00) };
        Assert.Equal(Insufficient, Decide(Coffee, lax).Code);
        Assert.Equal(Insufficient, Authorizer.Decide(Coffee, lax, Cloud.Answered).Code);
    }

    [Theory]
    [InlineData(0, 10_000)]
    [InlineData(12 * Hour, 10_000)]
    [InlineData(20 * Hour, 8_889)]
    [InlineData(84 * Hour, 2_000)]
    [InlineData(10_000 * Hour, 2_000)]
    public void Limits_shrink_with_age_in_integer_basis_points(long age, int expected) =>
        Assert.Equal(expected, Limits.StalenessFactor(Fresh.Policy, age));

    /// <summary>
    /// Whatever is asked, in whatever order: approved is what was spent, and the lease is never overspent.
    /// </summary>
    [Theory, MemberData(nameof(Seeds))]
    public void Approvals_never_exceed_the_lease(int seed)
    {
        var random = new Random(seed);
        var lease = Fifty;
        var approved = 0L;
        for (var i = 0; i < 200; i++)
        {
            var standing = Fresh with
            {
                Policy = Fresh.Policy with
                {
                    Masks = new((Evidence)random.Next(), (Evidence)random.Next(), (Evidence)random.Next()),
                },
                Lease = lease,
            };
            var request = Coffee with { AmountMinor = random.Next(1, 12_00) };
            if (Authorizer.Decide(request, standing, (Cloud)random.Next(3)) is not { Code: Approved, AskCloud: false })
                continue;
            lease = lease.Spend(request.AmountMinor);
            approved += request.AmountMinor;
        }

        Assert.Equal(approved, lease.SpentMinor);
        Assert.InRange(approved, 0, lease.LimitMinor);
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 50)];

    private static Verdict Decide(PaymentRequest request, Standing standing) =>
        Authorizer.Decide(request, standing, Cloud.Unreachable);
}
